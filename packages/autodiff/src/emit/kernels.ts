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

/**
 * The adjoint kernel of every `step`-th tap from `first` on, along each axis of space: what one phase of a strided
 * convolution's gradient sees. Null where the kernel is not a constant at hand.
 */
export function adjointKernelPhase(e: Emitter, weight: string, first: readonly number[], step: readonly number[]): string | null {
  const values = inlineValues(e, weight);
  if (!values) return null;
  return e.once(`adjoint kernel ${weight}[${first}::${step}]`, () => {
    const part = everyTap(values, first, step);
    return turned(e, part, 1, 0, part.tensor.dims[1]!);
  });
}

interface InlineKernel {
  readonly tensor: Tensor;
  readonly data: ArrayLike<number>;
}

function inlineValues(e: Emitter, weight: string): InlineKernel | null {
  const tensor = e.tensor(weight);
  const data = tensor?.dtype.includes('float') ? numbersOf(tensor) : null;
  return tensor && data ? { tensor, data } : null;
}

function everyTap({ tensor, data }: InlineKernel, first: readonly number[], step: readonly number[]): InlineKernel {
  const [out, into, ...space] = tensor.dims as [number, number, ...number[]];
  const taps = space.reduce<number[]>(
    (all, size, axis) =>
      all.flatMap((at) => {
        const count = Math.ceil((size - first[axis]!) / step[axis]!);
        return Array.from({ length: count }, (_, i) => at * size + first[axis]! + i * step[axis]!);
      }),
    [0],
  );
  const area = space.reduce((a, b) => a * b, 1);
  const part = new Float64Array(out * into * taps.length);
  for (let row = 0; row < out * into; row++)
    for (const [i, tap] of taps.entries()) part[row * taps.length + i] = data[row * area + tap]!;
  const sizes = space.map((size, axis) => Math.ceil((size - first[axis]!) / step[axis]!));
  return { tensor: { ...tensor, dims: [out, into, ...sizes] }, data: part };
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
