import type { RewriteContext } from './context.js';

/** The shape of a value as Reshape takes it: constants with one -1 where no more than one size is not known. */
export function shapeOf(c: RewriteContext, x: string): string {
  const shape = c.shape(x);
  const open = shape?.filter((size) => typeof size !== 'number').length;
  if (shape === null || open === undefined || open > 1 || shape.includes(0)) return c.op('Shape', [x]);
  return c.vector(shape.map((size) => (typeof size === 'number' ? size : -1)));
}
