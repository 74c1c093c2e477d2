/** Cell numbers of a square grid: gridY · size + gridX. */
export interface CellRef {
  readonly grid: number;
  readonly cell: number;
}

export function cellAt(size: number, x: number, y: number): number | null {
  if (!(x >= 0 && x < 1 && y >= 0 && y < 1)) return null;
  return Math.floor(y * size) * size + Math.floor(x * size);
}

export function cellCentre({ grid, cell }: CellRef): [number, number] {
  return [((cell % grid) + 0.5) / grid, (Math.floor(cell / grid) + 0.5) / grid];
}

/** The eight cells around, row by row, null outside the map; the middle entry is the cell itself. */
export function surrounding({ grid, cell }: CellRef): (number | null)[] {
  const column = cell % grid;
  const row = Math.floor(cell / grid);
  return [-1, 0, 1].flatMap((dy) =>
    [-1, 0, 1].map((dx) => {
      const inside = column + dx >= 0 && column + dx < grid && row + dy >= 0 && row + dy < grid;
      return inside ? (row + dy) * grid + column + dx : null;
    }),
  );
}

const FINER_FROM_PX = 36;
const COARSER_BELOW_PX = 28;

/**
 * The finest grid whose tiles are large enough to be seen. Once a grid is shown it stays until its tiles are clearly too small,
 * so that the map does not flicker between two grids.
 */
export function chooseGrid(sizes: readonly number[], mapPx: number, shown: number | null): number {
  const sorted = [...sizes].sort((a, b) => a - b);
  const fits = (size: number) => mapPx / size >= (size === shown ? COARSER_BELOW_PX : FINER_FROM_PX);
  return sorted.findLast(fits) ?? sorted[0]!;
}
