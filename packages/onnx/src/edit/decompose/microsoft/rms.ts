import type { RewriteContext } from '../../rewrite/context.js';

/** x / √(mean(x²) + ε) over the given axes. Source: Zhang and Sennrich, Root Mean Square Layer Normalization (2019). */
export function rootMeanSquare(
  c: RewriteContext,
  x: string,
  axes: readonly number[],
  epsilon: number,
): { y: string; inverse: string } {
  const mean = c.op('ReduceMean', [c.op('Mul', [x, x]), c.vector(axes)], { keepdims: 1 });
  const inverse = c.op('Reciprocal', [c.op('Sqrt', [c.op('Add', [mean, c.scalar(epsilon, x)])])]);
  return { y: c.op('Mul', [x, inverse]), inverse };
}
