import type { GraphBuilder } from '../builder.js';

/** Options of reductions. Without `axes` everything is reduced. */
export interface ReduceOptions {
  readonly axes?: readonly number[];
  /** Keep reduced axes as 1; default true, as in the specification. */
  readonly keepDims?: boolean;
}

type Reduce = (b: GraphBuilder, x: string, options?: ReduceOptions) => string;

/** Axes became an input in operator set 13 for ReduceSum and in 18 for the others. */
function reduction(op: string, since: number): Reduce {
  return (b, x, { axes, keepDims = true } = {}) => {
    const attributes = { keepdims: keepDims ? 1 : 0 };
    if (axes === undefined) return b.op(op, [x], attributes);
    return b.opset >= since ? b.op(op, [x, b.i64(axes)], attributes) : b.op(op, [x], { ...attributes, axes });
  };
}

/** `ReduceSum` over axes. */
export const reduceSum: Reduce = reduction('ReduceSum', 13);
/** `ReduceMean` over axes. */
export const reduceMean: Reduce = reduction('ReduceMean', 18);
/** `ReduceMax` over axes. */
export const reduceMax: Reduce = reduction('ReduceMax', 18);
/** `ReduceMin` over axes. */
export const reduceMin: Reduce = reduction('ReduceMin', 18);
/** `ReduceProd` over axes. */
export const reduceProd: Reduce = reduction('ReduceProd', 18);
/** `ReduceSumSquare` over axes. */
export const reduceSumSquare: Reduce = reduction('ReduceSumSquare', 18);
/** `ReduceL2` over axes. */
export const reduceL2: Reduce = reduction('ReduceL2', 18);

/** Softmax along one axis. Before operator set 13 it flattened the axes from `axis` on: then only the last axis is the same. */
export function softmax(b: GraphBuilder, x: string, axis = -1): string {
  if (b.opset < 13 && axis !== -1)
    throw new Error(`Softmax along axis ${axis} needs operator set 13, but the graph has ${b.opset}.`);
  return b.op('Softmax', [x], { axis });
}

/** Logarithm of {@link softmax}, computed stably. */
export function logSoftmax(b: GraphBuilder, x: string, axis = -1): string {
  if (b.opset < 13 && axis !== -1)
    throw new Error(`LogSoftmax along axis ${axis} needs operator set 13, but the graph has ${b.opset}.`);
  return b.op('LogSoftmax', [x], { axis });
}

/** The k largest (or smallest) elements along an axis, in order, and their int64 positions. `k` may be a value of the graph, an int64 [1]. */
export function topK(
  b: GraphBuilder,
  x: string,
  k: number | string,
  options: { readonly axis?: number; readonly largest?: boolean } = {},
): { readonly values: string; readonly indices: string } {
  const count = typeof k === 'number' ? b.i64([k]) : k;
  const [values, indices] = b.ops('TopK', [x, count], 2, {
    axis: options.axis ?? -1,
    largest: options.largest === false ? 0 : 1,
  });
  return { values: values!, indices: indices! };
}

/** Position of the largest element along an axis, as int64. */
export function argMax(b: GraphBuilder, x: string, axis: number, keepDims = true): string {
  return b.op('ArgMax', [x], { axis, keepdims: keepDims ? 1 : 0 });
}
