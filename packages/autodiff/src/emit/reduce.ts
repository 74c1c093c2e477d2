import type { Emitter } from './emitter.js';

/** Writes a reduction over constant axes. */
export function reduce(e: Emitter, op: string, value: string, axes: readonly number[], keepdims: boolean): string {
  if (axes.length === 0) return value;
  return e.op(op, [value, e.ints(axes)], { keepdims: keepdims ? 1 : 0 });
}
