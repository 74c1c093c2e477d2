import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { activate, fastGelu, gelu, sum } from './activate.js';

export const Gelu: Rewrite = (c) => [gelu(c, c.input(0))];

export const BiasGelu: Rewrite = (c) => [gelu(c, sum(c, c.input(0), c.input(1)))];

export const FastGelu: Rewrite = (c) => [fastGelu(c, sum(c, c.input(0), c.input(1)))];

export const QuickGelu: Rewrite = (c) => [activate(c, c.input(0), 'QuickGelu', [c.float('alpha', 1.702)])];

/** X + bias + skip. */
export const BiasAdd: Rewrite = (c) => [sum(c, c.input(0), c.input(1), c.input(2))];

/** left · gelu(right) of the halves of X + bias along the last axis. */
export const BiasSplitGelu: Rewrite = (c) => {
  const [left, right] = c.ops('Split', [sum(c, c.input(0), c.input(1))], 2, { axis: -1, num_outputs: 2 });
  return [c.op('Mul', [left!, gelu(c, right!)])];
};

/** Softmax over the axes from `axis` on, of data + bias. */
export const BiasSoftmax: Rewrite = (c) => {
  const x = sum(c, c.input(0), c.input(1));
  const rank = c.rank(c.input(0));
  const axis = c.int('axis', 1);
  const first = axis < 0 ? axis + rank : axis;
  if (first === rank - 1) return [c.op('Softmax', [x], { axis: -1 })];
  const kept = Array.from({ length: first }, () => 0);
  const flat = c.op('Softmax', [c.op('Reshape', [x, c.vector([...kept, -1])])], { axis: -1 });
  return [c.op('Reshape', [flat, c.op('Shape', [x])])];
};

/** In inference a dropout passes everything: data + bias + residual. */
export const BiasDropout: Rewrite = (c) => {
  inferenceOnly(c, 4);
  return [sum(c, c.input(0), c.input(1), c.input(2))];
};

export const BitmaskBiasDropout: Rewrite = (c) => BiasDropout(c);

export const BitmaskDropout: Rewrite = (c) => {
  inferenceOnly(c, 2);
  return [c.input(0)];
};

function inferenceOnly(c: RewriteContext, mode: number): void {
  const remedy = 'Export the model for inference.';
  if (c.used(1)) c.refuse('the mask of what it drops is read.', remedy);
  if (c.input(mode) === '') return;
  const on = c.value(c.input(mode))?.data[0];
  if (on !== 0) c.refuse('it may be in training mode, where it is random.', remedy);
}
