import type { Mixture } from './mixture.js';

/** Numbers of a Fisher vector. */
export function fisherLength({ components, dims }: Pick<Mixture, 'components' | 'dims'>): number {
  return 2 * components * dims;
}

/**
 * Writes how the mixture would have to change to make some points likelier: the gradient of their mean log-likelihood by means and by deviations,
 * each divided by the root of its Fisher information, [components, dims] and [components, dims]. No points make zeros.
 *
 * Source: Perronnin, Sánchez and Mensink 2010, Improving the Fisher Kernel for Large-Scale Image Classification, equations 10 to 12.
 *
 * @param points [n, dims]. @param shares of the components, [n, components], of `posteriors`. @param members which points count.
 */
export function writeFisherVector(
  { dims, components, weights, means, variances }: Mixture,
  {
    points,
    shares,
    members,
  }: { readonly points: Float32Array; readonly shares: Float64Array; readonly members: readonly number[] },
  out: Float32Array,
  at: number,
): void {
  if (members.length === 0) return;
  const [first, second] = [new Float64Array(dims), new Float64Array(dims)];
  for (let k = 0; k < components; k++) {
    first.fill(0);
    second.fill(0);
    for (const p of members) {
      const share = shares[p * components + k]!;
      if (share < 1e-6) continue;
      for (let i = 0, a = p * dims, b = k * dims; i < dims; i++) {
        const difference = points[a + i]! - means[b + i]!;
        first[i]! += share * difference;
        second[i]! += share * (difference * difference - variances[b + i]!);
      }
    }
    const scale = 1 / (members.length * Math.sqrt(weights[k]!));
    for (let i = 0; i < dims; i++) {
      const variance = variances[k * dims + i]!;
      out[at + k * dims + i] = (scale * first[i]!) / Math.sqrt(variance);
      out[at + (components + k) * dims + i] = (scale * second[i]!) / (Math.SQRT2 * variance);
    }
  }
}
