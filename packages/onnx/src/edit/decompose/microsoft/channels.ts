import type { RewriteContext } from '../../rewrite/context.js';

function spatialAxes(c: RewriteContext): number[] {
  const rank = c.shape(c.input(0))?.length ?? (c.ints('kernel_shape')?.length ?? 2) + 2;
  return Array.from({ length: rank - 2 }, (_, i) => i);
}

/** [n, …, c] → [n, c, …] */
export function channelsFirst(c: RewriteContext, name: string): string {
  const axes = spatialAxes(c);
  return c.op('Transpose', [name], { perm: [0, axes.length + 1, ...axes.map((i) => i + 1)] });
}

/** [n, c, …] → [n, …, c] */
export function channelsLast(c: RewriteContext, name: string): string {
  const axes = spatialAxes(c);
  return c.op('Transpose', [name], { perm: [0, ...axes.map((i) => i + 2), 1] });
}
