import type { Rewrite, RewriteContext } from '../rewrite/context.js';
import { again } from './again.js';

/**
 * Two-input operators of operator sets 1 to 6: the second input was laid along the axes of the first from `axis` on (default: the
 * last ones), where the node asked for broadcasting.
 */
export const aligned: Rewrite = (c) => {
  const [a, b] = [c.input(0), c.input(1)];
  const axis = c.int('axis', -1);
  if (c.int('broadcast', 0) === 0 || c.node.attributes.axis === undefined) return again(c, { without: ['axis'] });
  return again(c, {
    inputs: [a, withTrailingAxes(c, b, c.rank(a) - (axis < 0 ? axis + c.rank(a) : axis) - c.rank(b))],
    without: ['axis'],
  });
};

/** PRelu before 7: one slope a channel. */
export const slopes: Rewrite = (c) => {
  const [x, slope] = [c.input(0), c.input(1)];
  const shape = c.shape(slope);
  if (shape === null || (shape.length === 1 && shape[0] !== 1))
    return again(c, { inputs: [x, withTrailingAxes(c, slope, c.rank(x) - 1 - c.rank(slope))] });
  return again(c);
};

function withTrailingAxes(c: RewriteContext, x: string, count: number): string {
  if (count <= 0) return x;
  const rank = c.rank(x);
  return c.op('Unsqueeze', [x, c.vector(Array.from({ length: count }, (_, i) => rank + i))]);
}
