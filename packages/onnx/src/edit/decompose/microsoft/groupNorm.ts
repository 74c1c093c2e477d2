import { float } from '../../../build/builder.js';
import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { sum } from './activate.js';
import { count } from './count.js';

/** Group normalization with the channels last unless it says otherwise, and SiLU behind it where asked for. */
export const GroupNorm: Rewrite = (c) => [groupNorm(c, c.input(0))];

/** The same of x + skip + bias; skip may be [n, 1, 1, c] or [n, c]. */
export const SkipGroupNorm: Rewrite = (c) => {
  const skip = c.rank(c.input(3)) === 2 ? c.op('Unsqueeze', [c.input(3), c.vector([1, 2])]) : c.input(3);
  const total = sum(c, c.input(0), skip, c.input(4));
  return [groupNorm(c, total), total];
};

function groupNorm(c: RewriteContext, x: string): string {
  const last = c.int('channels_last', 1) !== 0;
  const first = last ? c.op('Transpose', [x], { perm: [0, 3, 1, 2] }) : x;
  const groups = count(c, 'groups');
  // [n, c, h, w] → [n, groups, …]: InstanceNormalization over each group, then γ and β of each channel.
  const parts = c.op('Reshape', [first, c.vector([0, groups, -1])]);
  const one = c.constant(c.dtype(x), new Array<number>(groups).fill(1));
  const zero = c.constant(c.dtype(x), new Array<number>(groups).fill(0));
  const normal = c.op('InstanceNormalization', [parts, one, zero], { epsilon: float(c.float('epsilon', 1e-5)) });
  const whole = c.op('Reshape', [normal, c.op('Shape', [first])]);
  const affine = (i: number): string => c.op('Reshape', [c.input(i), c.vector([1, -1, 1, 1])]);
  let y = c.op('Add', [c.op('Mul', [whole, affine(1)]), affine(2)]);
  if (c.int('activation', 0) !== 0) y = c.op('Mul', [y, c.op('Sigmoid', [y])]);
  return last ? c.op('Transpose', [y], { perm: [0, 2, 3, 1] }) : y;
}
