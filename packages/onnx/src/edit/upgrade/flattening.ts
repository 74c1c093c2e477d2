import type { Rewrite } from '../rewrite/context.js';
import { shapeOf } from '../rewrite/shapes.js';
import { again } from './again.js';

/** Softmax, LogSoftmax and Hardmax before 13: over all axes from `axis` (default 1) on, as if they were one. */
export const flattening: Rewrite = (c) => {
  const x = c.input(0);
  const axis = c.int('axis', 1);
  const rank = c.shape(x)?.length;
  if (axis === -1 || (rank !== undefined && axis === rank - 1)) return again(c, { attributes: { axis: -1 } });
  const flat = c.op('Flatten', [x], { axis });
  const [y] = again(c, { inputs: [flat], attributes: { axis: -1 } });
  return [c.op('Reshape', [y!, shapeOf(c, x)])];
};
