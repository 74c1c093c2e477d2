import type { PointRow } from '@incognita/workspace/schema';
import { cellAt } from '../map/grid.js';
import type { CellTable } from './atlasData.js';

/** Members of each cell (aligned with the table) whose picture carries the label. */
export function labelCounts(
  table: CellTable,
  points: readonly Pick<PointRow, 'picture' | 'x' | 'y'>[],
  labelOf: (picture: number) => string | null,
  label: string,
): Uint32Array {
  const counts = new Uint32Array(table.rows.length);
  for (const point of points) {
    if (labelOf(point.picture) !== label) continue;
    const cell = cellAt(table.size, point.x, point.y);
    const row = cell === null ? undefined : table.rowOf.get(cell);
    if (row !== undefined) counts[row]! += 1;
  }
  return counts;
}
