import { dataTypeOf } from '../proto/dataTypes.js';
import type { Dim } from '../types.js';
import type { ShapeRule } from './context.js';

/** The output is like the first input. */
export const sameAsFirst: ShapeRule = (c) => [c.type(0)];

/** The output has the broadcast shape of all inputs and the first input's element type. */
export const broadcasting: ShapeRule = (c) => {
  const first = c.type(0);
  return first === null ? [] : [{ dtype: first.dtype, shape: broadcastInputs(c.node.inputs.map((_, i) => c.shape(i))) }];
};

/** As {@link broadcasting}, of truth values. */
export const comparing: ShapeRule = (c) => [{ dtype: 'bool', shape: broadcastInputs(c.node.inputs.map((_, i) => c.shape(i))) }];

export const where: ShapeRule = (c) => {
  const dtype = c.type(1)?.dtype ?? c.type(2)?.dtype;
  return dtype === undefined ? [] : [{ dtype, shape: broadcastInputs([c.shape(0), c.shape(1), c.shape(2)]) }];
};

/** The output has the first input's shape, as truth values. */
export const testing: ShapeRule = (c) => [{ dtype: 'bool', shape: c.shape(0) }];

export const cast: ShapeRule = (c) => {
  const dtype = dataTypeOf(c.int('to', 1));
  return dtype === null ? [] : [{ dtype, shape: c.shape(0) }];
};

export const castLike: ShapeRule = (c) => {
  const like = c.type(1);
  return like === null ? [] : [{ dtype: like.dtype, shape: c.shape(0) }];
};

/** Output 0 like the input; output 1, the mask, of truth values in its shape. */
export const dropout: ShapeRule = (c) => [c.type(0), { dtype: 'bool', shape: c.shape(0) }];

export const quantizeLinear: ShapeRule = (c) => [{ dtype: c.type(2)?.dtype ?? 'uint8', shape: c.shape(0) }];
export const dequantizeLinear: ShapeRule = (c) => [{ dtype: c.type(1)?.dtype ?? 'float32', shape: c.shape(0) }];

/** Multidirectional broadcasting of shapes; null where a rank is unknown. */
function broadcastInputs(shapes: readonly (readonly Dim[] | null)[]): readonly Dim[] | null {
  if (shapes.length === 0 || shapes.some((s) => s === null)) return null;
  return (shapes as readonly (readonly Dim[])[]).reduce(broadcastShapes);
}

/** Broadcasting of two shapes. A dimension is known where either side decides it. */
export function broadcastShapes(a: readonly Dim[], b: readonly Dim[]): readonly Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const p = a[a.length - rank + i];
    const q = b[b.length - rank + i];
    return broadcastDim(p === undefined ? 1 : p, q === undefined ? 1 : q);
  });
}

function broadcastDim(p: Dim, q: Dim): Dim {
  if (p === q || q === 1) return p;
  if (p === 1) return q;
  if (typeof p === 'number') return p;
  if (typeof q === 'number') return q;
  return null;
}
