import type { RewriteContext } from '../../rewrite/context.js';

/** A number of things that an attribute states: whole, at least one, and not beyond all use. */
export function count(c: RewriteContext, name: string, fallback = 0): number {
  const value = c.int(name, fallback);
  if (Number.isInteger(value) && value >= 1 && value <= MOST) return value;
  return c.refuse(`its attribute ${name} is ${value}.`, `It must be a whole number from 1 to ${MOST}: the file is damaged.`);
}

const MOST = 2 ** 24;
