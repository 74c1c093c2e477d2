/** Points that lie in the same cell of every grid share a group: what holds for groups adds up to any grid's cells. */
export interface PointGroups {
  /** Group of every point, −1 outside the map. Groups are numbered in order of their first point. */
  readonly of: Int32Array;
  readonly count: number;
}

/** Groups the places of a unit-square layout [count, 2] by their cells in grids of these sizes. */
export function groupPoints(places: Float32Array, sizes: readonly number[]): PointGroups {
  const count = places.length / 2;
  const of = new Int32Array(count).fill(-1);
  const known = new Map<string, number>();
  for (let i = 0; i < count; i++) {
    const x = places[2 * i]!;
    const y = places[2 * i + 1]!;
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    const key = sizes
      .map((size) => `${Math.min(size - 1, Math.floor(x * size))},${Math.min(size - 1, Math.floor(y * size))}`)
      .join(';');
    const group = known.get(key) ?? known.size;
    known.set(key, group);
    of[i] = group;
  }
  return { of, count: known.size };
}
