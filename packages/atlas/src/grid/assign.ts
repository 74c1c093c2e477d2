/** Which points lie in which cells of one grid. */
export interface GridCells {
  /** Cells along each side. */
  readonly size: number;
  /** Numbers of the occupied cells, gridY · size + gridX, ascending. */
  readonly cell: Int32Array;
  /** [cells + 1]: the members of the r-th occupied cell are member[start[r]]…member[start[r + 1] − 1]. */
  readonly start: Int32Array;
  /** Points, ascending within a cell. */
  readonly member: Int32Array;
}

/**
 * Puts every point of a unit-square layout [count, 2] into exactly one cell and keeps the cells with at least `minMembers`.
 *
 * A cell owns its lower edges; the last cell of a row or column owns its upper edge too. Lucid's notebook counts a point on an
 * edge twice (tensorflow/lucid `notebooks/activation-atlas/activation-atlas-simple.ipynb`, `grid`). Points at NaN lie outside the map.
 */
export function assignCells(places: Float32Array, options: { size: number; minMembers: number }): GridCells {
  const { size, minMembers } = options;
  const count = places.length / 2;
  const cellOf = new Int32Array(count).fill(-1);
  const population = new Int32Array(size * size);
  for (let i = 0; i < count; i++) {
    const x = places[2 * i]!;
    const y = places[2 * i + 1]!;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    const cell = Math.min(size - 1, Math.floor(y * size)) * size + Math.min(size - 1, Math.floor(x * size));
    cellOf[i] = cell;
    population[cell] = population[cell]! + 1;
  }
  const kept: number[] = [];
  for (let cell = 0; cell < population.length; cell++) if (population[cell]! >= minMembers) kept.push(cell);
  const start = new Int32Array(kept.length + 1);
  const slot = new Int32Array(size * size).fill(-1);
  for (const [r, cell] of kept.entries()) {
    start[r + 1] = start[r]! + population[cell]!;
    slot[cell] = r;
  }
  const member = new Int32Array(start[kept.length]!);
  const fill = start.slice(0, kept.length);
  for (let i = 0; i < count; i++) {
    const r = cellOf[i] === -1 ? -1 : slot[cellOf[i]!]!;
    if (r === -1) continue;
    member[fill[r]!] = i;
    fill[r] = fill[r]! + 1;
  }
  return { size, cell: Int32Array.from(kept), start, member };
}
