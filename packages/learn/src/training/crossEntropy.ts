/**
 * −log p of each row's label in nats, p by the softmax of its scores [labels, classes]; exact for scores of any size.
 *
 * @example crossEntropies(Float32Array.of(0, 0), Int32Array.of(1)) // [log 2]
 */
export function crossEntropies(scores: Float32Array, labels: Int32Array): Float64Array {
  const classes = scores.length / Math.max(1, labels.length);
  return Float64Array.from(labels, (label, row) => {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const highest = own.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    const sum = own.reduce((total, score) => total + Math.exp(score - highest), 0);
    return Math.log(sum) + highest - own[label]!;
  });
}
