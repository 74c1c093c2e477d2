/** Width of the finest bins: 2^−24. */
const FINEST = -24;

/**
 * Counts of the values of many channels in one pass, in bounded memory, without knowing their range: bins are [i · 2^e, (i + 1) · 2^e), and a channel's
 * e is the smallest for which `bins` of them hold all of its values. So the result does not depend on the order of the values, and
 * histograms of parts merge to that of the whole.
 */
export interface Histograms {
  readonly channels: number;
  readonly bins: number;
  /** e of each channel. */
  readonly exponent: Int8Array;
  /** i of each channel's first bin, which holds its smallest value. */
  readonly first: Float64Array;
  /** Bins in use; 0: no value yet. */
  readonly used: Int32Array;
  /** [channels, bins]. */
  readonly counts: Uint32Array;
}

/** Empty histograms; `bins` at least 2. */
export function createHistograms(channels: number, bins: number): Histograms {
  if (!(Number.isInteger(bins) && bins >= 2)) throw new RangeError(`A histogram needs at least 2 bins, not ${bins}.`);
  return {
    channels,
    bins,
    exponent: new Int8Array(channels).fill(FINEST),
    first: new Float64Array(channels),
    used: new Int32Array(channels),
    counts: new Uint32Array(channels * bins),
  };
}

/** Counts one value; those that are not finite are left out. */
export function countValue(h: Histograms, channel: number, value: number): void {
  if (!Number.isFinite(value)) return;
  const scaled = value * 2 ** -h.exponent[channel]!;
  // A negative number so small that scaling makes it zero lies below it all the same.
  const index = scaled === 0 && value < 0 ? -1 : Math.floor(scaled);
  const at = index - h.first[channel]!;
  if (at >= 0 && at < h.used[channel]!) h.counts[channel * h.bins + at]!++;
  else addBin(h, channel, index, 1);
}

/** Adds the counts of other histograms with as many channels and bins. */
export function mergeHistograms(into: Histograms, other: Histograms): void {
  if (into.channels !== other.channels || into.bins !== other.bins)
    throw new RangeError(
      `Histograms of ${other.channels}×${other.bins} cannot be merged into ${into.channels}×${into.bins}: the numbers of channels and bins must be equal.`,
    );
  for (let c = 0; c < into.channels; c++) {
    if (other.used[c] === 0) continue;
    const exponent = other.exponent[c]!;
    if (into.exponent[c]! < exponent) coarsen(into, c, exponent - into.exponent[c]!);
    for (let b = 0; b < other.used[c]!; b++) {
      const count = other.counts[c * other.bins + b]!;
      if (count === 0) continue;
      const shift = into.exponent[c]! - exponent;
      addBin(into, c, Math.floor((other.first[c]! + b) * 2 ** -shift), count);
    }
  }
}

function addBin(h: Histograms, channel: number, given: number, count: number): void {
  const { bins, first, used, counts } = h;
  let index = given;
  if (used[channel] === 0) {
    first[channel] = index;
    used[channel] = 1;
    counts[channel * bins] = count;
    return;
  }
  let low = Math.min(first[channel]!, index);
  let high = Math.max(first[channel]! + used[channel]! - 1, index);
  let steps = 0;
  while (high - low >= bins) {
    low = Math.floor(low / 2);
    high = Math.floor(high / 2);
    steps++;
  }
  if (steps > 0) {
    coarsen(h, channel, steps);
    index = Math.floor(index * 2 ** -steps);
  }
  const moved = first[channel]! - low;
  const start = channel * bins;
  if (moved > 0) {
    counts.copyWithin(start + moved, start, start + used[channel]!);
    counts.fill(0, start, start + moved);
    first[channel] = low;
  }
  used[channel] = high - low + 1;
  counts[start + index - low]! += count;
}

/** Makes a channel's bins 2^steps times as wide. */
function coarsen({ bins, exponent, first, used, counts }: Histograms, channel: number, steps: number): void {
  exponent[channel]! += steps;
  if (used[channel] === 0) return;
  const start = channel * bins;
  const low = Math.floor(first[channel]! * 2 ** -steps);
  const old = counts.slice(start, start + used[channel]!);
  counts.fill(0, start, start + bins);
  let high = low;
  for (const [b, count] of old.entries()) {
    const index = Math.floor((first[channel]! + b) * 2 ** -steps);
    counts[start + index - low]! += count;
    high = index;
  }
  first[channel] = low;
  used[channel] = high - low + 1;
}
