import type { Tensor } from '@incognita/onnx';
import { numbersOf } from './constants.js';
import type { Emitter } from './emitter.js';

/**
 * A convolution's kernel [out, in / groups, …k] turned around for the gradient: [in, out / groups, …k], every axis of
 * space flipped. A constant is turned here, once; anything else by nodes of the graph.
 */
export function adjointKernel(e: Emitter, weight: string, groups: number): string {
  const tensor = e.tensor(weight);
  const values = tensor && (tensor.dtype === 'float32' || tensor.dtype === 'float64') ? numbersOf(tensor) : null;
  if (tensor && values) return e.once(`adjoint kernel ${weight}/${groups}`, () => turned(e, tensor, values, groups));
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

function turned(e: Emitter, tensor: Tensor, values: ArrayLike<number>, groups: number): string {
  const [out, into, ...space] = tensor.dims as [number, number, ...number[]];
  const area = space.reduce((a, b) => a * b, 1);
  const perGroup = out / groups;
  const result = tensor.dtype === 'float64' ? new Float64Array(values.length) : new Float32Array(values.length);
  for (let o = 0; o < out; o++) {
    const group = Math.floor(o / perGroup);
    for (let i = 0; i < into; i++) {
      const source = (o * into + i) * area;
      const target = ((group * into + i) * perGroup + (o % perGroup)) * area;
      for (let k = 0; k < area; k++) result[target + area - 1 - k] = values[source + k]!;
    }
  }
  return e.constant(tensor.dtype, result, [groups * into, perGroup, ...space]);
}
