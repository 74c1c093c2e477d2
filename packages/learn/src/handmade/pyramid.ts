/** Regions of a picture: a grid of equal rectangles. */
export interface PyramidLevel {
  readonly columns: number;
  readonly rows: number;
}

/** The whole, and its quarters. */
export const QUARTERS: readonly PyramidLevel[] = [
  { columns: 1, rows: 1 },
  { columns: 2, rows: 2 },
];

/** The whole, and three stripes one above the other, as in the challenges of PASCAL and ImageNet (Perronnin et al. 2010). */
export const STRIPES: readonly PyramidLevel[] = [
  { columns: 1, rows: 1 },
  { columns: 1, rows: 3 },
];

/** How many regions all levels have together. */
export function regionCount(levels: readonly PyramidLevel[]): number {
  return levels.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
}

/**
 * Which points lie in each region, level by level, row by row; every point is in one region of each level.
 *
 * Source: Lazebnik, Schmid and Ponce 2006, Beyond Bags of Features.
 *
 * @param centres shares of the side from 0 to 1, [n, 2]: across, down.
 */
export function regionMembers(levels: readonly PyramidLevel[], centres: Float32Array): number[][] {
  return levels.flatMap(({ columns, rows }) => {
    const regions = Array.from({ length: columns * rows }, (): number[] => []);
    for (let p = 0; p < centres.length / 2; p++) {
      const column = Math.min(columns - 1, Math.floor(centres[2 * p]! * columns));
      const row = Math.min(rows - 1, Math.floor(centres[2 * p + 1]! * rows));
      regions[row * columns + column]!.push(p);
    }
    return regions;
  });
}
