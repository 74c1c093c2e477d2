/**
 * The cells that a straight line between two cells' centres passes through, in order, one a step along the longer axis
 * (Bresenham's line). Steps of the line that fall on empty cells are kept as gaps, so that the strip does not pretend.
 */
export interface PathStep {
  readonly cell: number;
  readonly occupied: boolean;
}

export function samplePath(size: number, from: number, to: number, isOccupied: (cell: number) => boolean): PathStep[] {
  const [x0, y0] = [from % size, Math.floor(from / size)];
  const [x1, y1] = [to % size, Math.floor(to / size)];
  const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
  return Array.from({ length: steps + 1 }, (_, i) => {
    const t = steps === 0 ? 0 : i / steps;
    const cell = Math.round(y0 + (y1 - y0) * t) * size + Math.round(x0 + (x1 - x0) * t);
    return { cell, occupied: isOccupied(cell) };
  });
}
