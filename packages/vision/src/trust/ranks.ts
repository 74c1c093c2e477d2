/** The share of `values` below `value`, 0 … 1; values that are equal to it count half. */
export function shareBelow(values: ArrayLike<number>, value: number): number {
  let below = 0;
  for (let i = 0; i < values.length; i++) below += values[i]! < value ? 1 : values[i] === value ? 0.5 : 0;
  return values.length === 0 ? Number.NaN : below / values.length;
}

/** Ranks 0 … n − 1; equal values share the mean of theirs. */
export function ranksOf(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to + 1 < order.length && values[order[to + 1]!] === values[order[from]!]) to++;
    for (let k = from; k <= to; k++) ranks[order[k]!] = (from + to) / 2;
    from = to + 1;
  }
  return ranks;
}

/** Spearman's rank correlation, −1 … 1; 0 where one list is constant. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length)
    throw new RangeError(`Lists of ${a.length} and ${b.length} values have no correlation: they must be of one length.`);
  return cosine(centred(ranksOf(a)), centred(ranksOf(b)));
}

/** a·b / (‖a‖ ‖b‖); 0 where one is zero. */
export function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
  }
  return aa === 0 || bb === 0 ? 0 : dot / Math.sqrt(aa * bb);
}

function centred(values: Float64Array): Float64Array {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return values.map((value) => value - mean);
}
