import type { Tensor } from '@incognita/onnx';
import { numbersOf } from '@incognita/onnx';
import type { Emitter } from './emitter.js';

/**
 * A convolution's kernel [out, in / groups, …k] turned around for the gradient: [in, out / groups, …k], every axis of
 * space flipped. A constant is turned here, once; anything else by nodes of the graph.
 */
export function adjointKernel(e: Emitter, weight: string, groups: number): string {
  const values = inlineValues(e, weight);
  if (values)
    return e.once(`adjoint kernel ${weight}/${groups}`, () => turned(e, values, groups, 0, values.tensor.dims[1]! * groups));
  const rank = e.rank(weight)!;
  const dims = e.dims(weight)!;
  const space = Array.from({ length: rank - 2 }, (_, i) => i + 2);
  const [out, into] = dims as [number, number];
  const flipped = e.op('Slice', [
    weight,
    e.ints(space.map(() => -1)),
    e.ints(space.map(() => Number.MIN_SAFE_INTEGER)),
    e.ints(space),
    e.ints(space.map(() => -1)),
  ]);
  if (groups === 1) return e.op('Transpose', [flipped], { perm: [1, 0, ...space] });
  const split = e.op('Reshape', [flipped, e.ints([groups, out / groups, into, ...dims.slice(2)])]);
  const swapped = e.op('Transpose', [split], { perm: [0, 2, 1, ...space.map((axis) => axis + 1)] });
  return e.op('Reshape', [swapped, e.ints([groups * into, out / groups, ...dims.slice(2)])]);
}

/** The adjoint kernel of some of the input channels, or null where the kernel is not a constant at hand. */
export function adjointKernelOf(e: Emitter, weight: string, from: number, to: number): string | null {
  const values = inlineValues(e, weight);
  return values && e.once(`adjoint kernel ${weight}[${from}:${to}]`, () => turned(e, values, 1, from, to));
}

interface InlineKernel {
  readonly tensor: Tensor;
  readonly data: ArrayLike<number>;
}

function inlineValues(e: Emitter, weight: string): InlineKernel | null {
  const tensor = e.tensor(weight);
  const data = tensor && (tensor.dtype === 'float32' || tensor.dtype === 'float64') ? numbersOf(tensor) : null;
  return tensor && data ? { tensor, data } : null;
}

/** Rows `from` to `to` of the turned kernel. */
function turned(e: Emitter, { tensor, data }: InlineKernel, groups: number, from: number, to: number): string {
  const [out, into, ...space] = tensor.dims as [number, number, ...number[]];
  const area = space.reduce((a, b) => a * b, 1);
  const perGroup = out / groups;
  const size = (to - from) * perGroup * area;
  const result = tensor.dtype === 'float64' ? new Float64Array(size) : new Float32Array(size);
  for (let o = 0; o < out; o++) {
    const group = Math.floor(o / perGroup);
    for (let i = 0; i < into; i++) {
      const row = group * into + i;
      if (row < from || row >= to) continue;
      const source = (o * into + i) * area;
      const target = ((row - from) * perGroup + (o % perGroup)) * area;
      for (let k = 0; k < area; k++) result[target + area - 1 - k] = data[source + k]!;
    }
  }
  return e.constant(tensor.dtype, result, [to - from, perGroup, ...space]);
}
