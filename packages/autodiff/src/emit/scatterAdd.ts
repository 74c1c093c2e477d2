import type { Attributes, Emitter } from './emitter.js';
import { shapeOf, typeNumber } from './shapes.js';

/**
 * Adds `updates` into zeros of the shape of the model's tensor `like`, by ScatterND or ScatterElements. Half precision is
 * summed in float32: many terms may meet in one place, and ONNX Runtime's CPU has no such kernel for float16.
 */
export function scatterAdd(
  e: Emitter,
  op: 'ScatterND' | 'ScatterElements',
  like: string,
  indices: string,
  updates: string,
  attributes: Attributes = {},
): string {
  const dtype = e.dtype(like);
  const half = dtype === 'float16' || dtype === 'bfloat16';
  const zeros = e.op('Expand', [half ? e.constant('float32', [0], []) : e.scalar(0, like), shapeOf(e, like)]);
  const terms = half ? e.op('Cast', [updates], { to: typeNumber('float32') }) : updates;
  const sum = e.op(op, [zeros, indices, terms], { ...attributes, reduction: 'add' });
  return half ? e.op('Cast', [sum], { to: typeNumber(dtype) }) : sum;
}
