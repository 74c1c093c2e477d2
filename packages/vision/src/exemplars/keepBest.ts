/** For each channel the `count` best of many values, with their places; equal values in order of their pictures. */
export interface Best {
  readonly channels: number;
  readonly count: number;
  /** 1 keeps the largest, −1 the smallest. */
  readonly sign: 1 | -1;
  /** [channels, count], best first; places without a value have picture −1. */
  readonly value: Float32Array;
  readonly picture: Int32Array;
  readonly position: Int32Array;
}

/** Nothing kept yet. */
export function createBest(channels: number, count: number, sign: 1 | -1): Best {
  const size = channels * count;
  return {
    channels,
    count,
    sign,
    value: new Float32Array(size),
    picture: new Int32Array(size).fill(-1),
    position: new Int32Array(size).fill(-1),
  };
}

/** Keeps a value where it is among the best; a picture gives one value a channel. */
export function keepValue(best: Best, channel: number, value: number, picture: number, position: number): void {
  const { count, sign } = best;
  const start = channel * count;
  const isBefore = (at: number): boolean => {
    const other = best.picture[at]!;
    if (other < 0) return true;
    const difference = sign * (value - best.value[at]!);
    return difference > 0 || (difference === 0 && picture < other);
  };
  let at = start + count;
  while (at > start && isBefore(at - 1)) at--;
  if (at === start + count) return;
  for (const list of [best.value, best.picture, best.position]) list.copyWithin(at + 1, at, start + count - 1);
  best.value[at] = value;
  best.picture[at] = picture;
  best.position[at] = position;
}

/** Keeps what others kept. */
export function mergeBest(into: Best, other: Best): void {
  for (let c = 0; c < other.channels; c++)
    for (let at = c * other.count; at < (c + 1) * other.count; at++)
      if (other.picture[at]! >= 0) keepValue(into, c, other.value[at]!, other.picture[at]!, other.position[at]!);
}
