/**
 * Ranks from 1, the smallest first; equal values share the mean of their ranks.
 *
 * @example averageRanks([3, 1, 3]) // [2.5, 1, 2.5]
 */
export function averageRanks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let i = from; i < to; i++) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/**
 * The area under the ROC curve: how probable it is that a value of a positive example exceeds one of a negative example, ties counted half. 0.5 tells
 * nothing, 1 tells them apart. By the sum of ranks (Mann and Whitney 1947; Hanley and McNeil 1982).
 *
 * @param ranks of {@link averageRanks}; `positive` is not 0 for positive examples.
 * @throws RangeError unless there are examples of both kinds.
 * @example areaUnderCurve(averageRanks([0.1, 0.7, 0.7]), [0, 1, 0]) // 0.75
 */
export function areaUnderCurve(ranks: ArrayLike<number>, positive: ArrayLike<number>): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < ranks.length; i++)
    if (positive[i] !== 0) {
      sum += ranks[i]!;
      count++;
    }
  const others = ranks.length - count;
  if (count === 0 || others === 0)
    throw new RangeError(
      `A ROC curve needs examples of both kinds, but there are ${count} positive and ${others} negative ones.`,
    );
  return (sum - (count * (count + 1)) / 2) / (count * others);
}
