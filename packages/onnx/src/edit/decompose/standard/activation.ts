import type { Rewrite } from '../../rewrite/context.js';

/** x < −λ: x + bias; x > λ: x − bias; else 0. */
export const Shrink: Rewrite = (c) => {
  const x = c.input(0);
  const lambda = c.float('lambd', 0.5);
  const bias = c.scalar(c.float('bias', 0), x);
  const inner = c.op('Where', [c.op('Greater', [x, c.scalar(lambda, x)]), c.op('Sub', [x, bias]), c.scalar(0, x)]);
  return [c.op('Where', [c.op('Less', [x, c.scalar(-lambda, x)]), c.op('Add', [x, bias]), inner])];
};

/** x where x > α, else 0. */
export const ThresholdedRelu: Rewrite = (c) => {
  const x = c.input(0);
  return [c.op('Where', [c.op('Greater', [x, c.scalar(c.float('alpha', 1), x)]), x, c.scalar(0, x)])];
};

/** x · sigmoid(αx). */
export const Swish: Rewrite = (c) => {
  const x = c.input(0);
  const alpha = c.float('alpha', 1);
  const scaled = alpha === 1 ? x : c.op('Mul', [x, c.scalar(alpha, x)]);
  return [c.op('Mul', [x, c.op('Sigmoid', [scaled])])];
};
