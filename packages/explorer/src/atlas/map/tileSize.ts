/**
 * Side of a tile as a share of its cell, so that its area follows the member count up to the full cell.
 * Source: distillpub/post--activation-atlas `src/Atlas.html`: side × min(1, sqrt(density · n / (N / G²))).
 */
export function tileSide({
  count,
  total,
  grid,
  density,
}: {
  count: number;
  total: number;
  grid: number;
  density: number;
}): number {
  if (count <= 0 || total <= 0) return 0;
  return Math.min(1, Math.sqrt((density * count) / (total / (grid * grid))));
}
