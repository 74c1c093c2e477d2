import type { RewriteContext } from '../../rewrite/context.js';

/** [b, s, n h] → [b, n, s, h] */
export function splitHeads(c: RewriteContext, x: string, heads: number): string {
  return c.op('Transpose', [c.op('Reshape', [x, c.vector([0, 0, heads, -1])])], { perm: [0, 2, 1, 3] });
}

/** [b, n, s, h] → [b, s, n h] */
export function mergeHeads(c: RewriteContext, x: string): string {
  return c.op('Reshape', [c.op('Transpose', [x], { perm: [0, 2, 1, 3] }), c.vector([0, 0, -1])]);
}

/** [b, n, …] → [b, n repeats, …], each head `repeats` times in a row. */
export function repeatHeads(c: RewriteContext, x: string, repeats: number): string {
  if (repeats === 1) return x;
  const apart = c.op('Unsqueeze', [x, c.vector([2])]);
  const shape = c.op('Concat', [sizes(c, x, 0, 2), c.vector([repeats]), sizes(c, x, 2, 4)], { axis: 0 });
  const merged = c.op('Concat', [sizes(c, x, 0, 1), c.vector([-1]), sizes(c, x, 2, 4)], { axis: 0 });
  return c.op('Reshape', [c.op('Expand', [apart, shape]), merged]);
}

/** Sizes of the axes from `start` to before `end`, as a vector. */
export function sizes(c: RewriteContext, x: string, start: number, end: number): string {
  return c.op('Shape', [x], { start, end });
}

/** 0, 1, … up to before the one element of `count`. */
export function counting(c: RewriteContext, count: string): string {
  const scalar = (value: number): string => c.constant('int64', [value], []);
  return c.op('Range', [scalar(0), c.op('Squeeze', [count, c.vector([0])]), scalar(1)]);
}

/** A tensor along the last but one, or the last, of two axes. */
export const column = (c: RewriteContext, x: string): string => c.op('Unsqueeze', [x, c.vector([-1])]);
export const row = (c: RewriteContext, x: string): string => c.op('Unsqueeze', [x, c.vector([-2])]);

/** The same numbers as int64. */
export const int64 = (c: RewriteContext, x: string): string => c.op('Cast', [x], { to: 7 });
