export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * At most about `columns` × 2 points that draw the same line at that width: of each column the lowest and the highest, in their order. `points` ascend
 * in x.
 */
export function thin(points: readonly Point[], columns: number): readonly Point[] {
  if (points.length <= columns * 2) return points;
  const [first, last] = [points[0]!, points.at(-1)!];
  const width = (last.x - first.x) / columns;
  const kept: Point[] = [first];
  let from = 1;
  for (let column = 0; column < columns; column++) {
    const end = first.x + (column + 1) * width;
    let to = from;
    let [low, high] = [from, from];
    while (to < points.length - 1 && points[to]!.x <= end) {
      if (points[to]!.y < points[low]!.y) low = to;
      if (points[to]!.y > points[high]!.y) high = to;
      to++;
    }
    if (to > from) {
      kept.push(points[Math.min(low, high)]!);
      if (low !== high) kept.push(points[Math.max(low, high)]!);
    }
    from = to;
  }
  kept.push(last);
  return kept;
}

/** Index of the point whose x is nearest; -1 where there is none. `points` ascend in x. */
export function nearest(points: readonly Point[], x: number): number {
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.x < x) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && x - points[low - 1]!.x <= points[low]!.x - x) return low - 1;
  return points.length === 0 ? -1 : low;
}
