import type { Emitter } from './emitter.js';

/** Opset in which the reductions took their axes as an input. */
const AXES_INPUT: Readonly<Record<string, number>> = { ReduceSum: 13 };

/** Writes a reduction over constant axes, in the form that the model's opset asks for. */
export function reduce(e: Emitter, op: string, value: string, axes: readonly number[], keepdims: boolean): string {
  if (axes.length === 0) return value;
  if (e.opset >= (AXES_INPUT[op] ?? 18)) return e.op(op, [value, e.ints(axes)], { keepdims: keepdims ? 1 : 0 });
  return e.op(op, [value], { axes, keepdims: keepdims ? 1 : 0 });
}
