/** A bar of a histogram, in shares of the plot: from 0 (left, bottom) to 1. */
export interface Bar {
  readonly left: number;
  readonly width: number;
  readonly height: number;
  readonly count: number;
  /** Values that it counts. */
  readonly from: number;
  readonly to: number;
}

/** A histogram between its first and last bin that counts anything; bars are as high as the square root of their share, so that rare values show. */
export interface Bars {
  readonly low: number;
  readonly high: number;
  readonly bars: readonly Bar[];
  readonly total: number;
}

/** The bars of one channel's counts; null where nothing was counted. */
export function barsOf(counts: ArrayLike<number>, start: number, width: number): Bars | null {
  let [first, last, most, total] = [-1, -1, 0, 0];
  for (let b = 0; b < counts.length; b++) {
    const count = counts[b]!;
    if (count === 0) continue;
    if (first < 0) first = b;
    last = b;
    most = Math.max(most, count);
    total += count;
  }
  if (first < 0) return null;
  const bins = last - first + 1;
  const bars = Array.from({ length: bins }, (_, i): Bar => {
    const count = counts[first + i]!;
    const from = start + (first + i) * width;
    return { left: i / bins, width: 1 / bins, height: Math.sqrt(count / most), count, from, to: from + width };
  });
  return { low: start + first * width, high: start + (last + 1) * width, bars, total };
}
