/** How tiles lie in the grid: all of one size, in rows as wide as there is room. */
export interface GridShape {
  readonly columns: number;
  readonly rows: number;
  readonly tilePx: number;
  readonly rowPx: number;
}

/** What a tile is at least as wide as, what lies between two, and what a row has below its pictures for words. */
const LEAST_PX = 84;
export const GAP_PX = 8;
export const CAPTION_PX = 22;

/** As many columns as fit into a width. */
export function gridShape(count: number, widthPx: number): GridShape {
  const columns = Math.max(1, Math.floor((widthPx + GAP_PX) / (LEAST_PX + GAP_PX)));
  const tilePx = Math.floor((widthPx - (columns - 1) * GAP_PX) / columns);
  return { columns, rows: Math.ceil(count / columns), tilePx, rowPx: tilePx + CAPTION_PX + GAP_PX };
}

/** Rows beyond the visible ones that are kept ready. */
const BEYOND = 2;

/** The rows that must be there while so much of the grid is scrolled past: from, and up to but without. */
export function rowWindow({ rows, rowPx }: GridShape, scrolledPx: number, heightPx: number): readonly [from: number, to: number] {
  const first = Math.floor(scrolledPx / rowPx);
  const count = Math.ceil(heightPx / rowPx) + 1;
  const from = Math.max(0, Math.min(first - BEYOND, rows - count - BEYOND));
  return [from, Math.min(rows, Math.max(0, first) + count + BEYOND)];
}

/** Where a key leads from a tile; null for other keys and where there is nothing. */
export function nextTile(key: string, at: number, count: number, { columns }: GridShape, page: number): number | null {
  const column = at % columns;
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: at + 1,
    ArrowLeft: at - 1,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    PageDown: Math.min(at + page * columns, column + Math.floor((count - 1 - column) / columns) * columns),
    PageUp: Math.max(at - page * columns, column),
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined || next < 0 || next >= count ? null : next;
}
