import type { Grid } from '../grid/gridStages.js';

/** The cells of a grid that get an optimised icon. */
export interface IconPlan {
  readonly size: number;
  /** Rows of the cells table, most populated first; ties in order of the cells. */
  readonly rows: Int32Array;
}

/**
 * Plans the icons of one grid: of every cell, of none, or of its `icons` most populated cells. A cell whose mean activation is zero
 * has no direction and gets none.
 */
export function planIcons({ size, cells, summary }: Grid, icons: 'all' | 'none' | number): IconPlan {
  const channels = summary.direction.length / Math.max(1, cells.cell.length);
  const count = (r: number) => cells.start[r + 1]! - cells.start[r]!;
  const rows = Array.from(cells.cell.keys())
    .filter((r) => summary.direction.subarray(r * channels, (r + 1) * channels).some((value) => value !== 0))
    .sort((a, b) => count(b) - count(a) || a - b);
  const most = icons === 'all' ? rows.length : icons === 'none' ? 0 : icons;
  return { size, rows: Int32Array.from(rows.slice(0, most)) };
}

/**
 * The cell of a coarser grid whose finished icon a cell of a finer one starts from: its parent, or else the nearest finished
 * cell by the distance of centres, ties to the lower number. `finished` are cell numbers of the coarser grid; null without any.
 */
export function warmStart(
  cell: number,
  size: number,
  coarser: { readonly size: number; readonly finished: ReadonlySet<number> },
): number | null {
  const x = ((cell % size) + 0.5) / size;
  const y = (Math.floor(cell / size) + 0.5) / size;
  const parent = Math.floor(y * coarser.size) * coarser.size + Math.floor(x * coarser.size);
  if (coarser.finished.has(parent)) return parent;
  let best: number | null = null;
  let nearest = Number.POSITIVE_INFINITY;
  for (const other of [...coarser.finished].sort((a, b) => a - b)) {
    const dx = ((other % coarser.size) + 0.5) / coarser.size - x;
    const dy = (Math.floor(other / coarser.size) + 0.5) / coarser.size - y;
    const distance = dx * dx + dy * dy;
    if (distance < nearest) {
      nearest = distance;
      best = other;
    }
  }
  return best;
}
