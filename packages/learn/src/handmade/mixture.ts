import { createRandom } from '@incognita/runtime';
import { kMeans } from './kMeans.js';

/** A mixture of Gaussians whose axes are those of the space. */
export interface Mixture {
  readonly dims: number;
  readonly components: number;
  /** [components], their sum is 1. */
  readonly weights: Float64Array;
  /** [components, dims] */
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

/** Options of {@link fitMixture}. */
export interface MixtureOptions {
  readonly components: number;
  readonly rounds: number;
  readonly seed: number;
  /** Least variance, as a share of that of all points along the same axis: no component shrinks to a point. Default 1e-3. */
  readonly leastVariance?: number;
  /**
   * Called before each round with the mean log-likelihood of a point; it never falls, but where a component that answers for less than one point
   * starts again or the least variance holds.
   */
  readonly onRound?: (logLikelihood: number) => void;
}

/**
 * Fits a mixture to points [n, dims] by expectation and maximisation, from the clusters of k-means.
 *
 * Source: Dempster, Laird and Rubin 1977; Bishop 2006, section 9.2.2 with diagonal covariances.
 */
export function fitMixture(
  points: Float32Array,
  dims: number,
  { components, rounds, seed, leastVariance = 1e-3, onRound }: MixtureOptions,
): Mixture {
  const n = points.length / dims;
  const { centres } = kMeans(points, dims, { words: components, rounds: 5, seed });
  const floor = variancesOf(points, dims).map((variance) => Math.max(1e-12, leastVariance * variance));
  const spread = Float64Array.from({ length: components * dims }, (_, i) => floor[i % dims]! / leastVariance);
  let mixture: Mixture = {
    dims,
    components,
    weights: new Float64Array(components).fill(1 / components),
    means: centres,
    variances: spread,
  };
  const random = createRandom(seed);
  for (let round = 0; round < rounds; round++) {
    const { shares, logLikelihood } = posteriors(mixture, points);
    onRound?.(logLikelihood);
    mixture = maximise(points, shares, mixture, floor, () => random.integer(n));
  }
  return mixture;
}

/** How much each component answers for each point, [n, components], and the mean log-likelihood of a point. */
export function posteriors(
  { dims, components, weights, means, variances }: Mixture,
  points: Float32Array,
): { shares: Float64Array; logLikelihood: number } {
  const n = points.length / dims;
  const precisions = variances.map((variance) => 1 / variance);
  const constants = weights.map((weight, k) => {
    let sum = Math.log(weight) - (dims / 2) * Math.log(2 * Math.PI);
    for (let i = 0; i < dims; i++) sum -= Math.log(variances[k * dims + i]!) / 2;
    return sum;
  });
  const shares = new Float64Array(n * components);
  let logLikelihood = 0;
  for (let p = 0; p < n; p++) {
    let most = -Infinity;
    for (let k = 0; k < components; k++) {
      let squares = 0;
      for (let i = 0, a = p * dims, b = k * dims; i < dims; i++) {
        const difference = points[a + i]! - means[b + i]!;
        squares += difference * difference * precisions[b + i]!;
      }
      const log = constants[k]! - squares / 2;
      shares[p * components + k] = log;
      if (log > most) most = log;
    }
    let total = 0;
    for (let k = p * components; k < (p + 1) * components; k++) total += shares[k] = Math.exp(shares[k]! - most);
    for (let k = p * components; k < (p + 1) * components; k++) shares[k]! /= total;
    logLikelihood += (most + Math.log(total)) / n;
  }
  return { shares, logLikelihood };
}

/** The mixture that the shares make most likely. A component that answers for less than one point starts again at one of them. */
function maximise(
  points: Float32Array,
  shares: Float64Array,
  { dims, components, variances: before }: Mixture,
  floor: Float64Array,
  anyPoint: () => number,
): Mixture {
  const n = points.length / dims;
  const sizes = new Float64Array(components);
  const [sums, squares] = [new Float64Array(components * dims), new Float64Array(components * dims)];
  for (let p = 0; p < n; p++)
    for (let k = 0; k < components; k++) {
      const share = shares[p * components + k]!;
      if (share < 1e-12) continue;
      sizes[k]! += share;
      for (let i = 0, a = p * dims, b = k * dims; i < dims; i++) {
        const weighted = share * points[a + i]!;
        sums[b + i]! += weighted;
        squares[b + i]! += weighted * points[a + i]!;
      }
    }
  const weights = sizes.map((size) => Math.max(size, 1) / n);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [means, variances] = [new Float64Array(components * dims), new Float64Array(components * dims)];
  for (let k = 0; k < components; k++) {
    const lost = sizes[k]! < 1 ? anyPoint() : null;
    for (let i = 0; i < dims; i++) {
      const at = k * dims + i;
      means[at] = lost === null ? sums[at]! / sizes[k]! : points[lost * dims + i]!;
      variances[at] = lost === null ? Math.max(floor[i]!, squares[at]! / sizes[k]! - means[at]! ** 2) : before[at]!;
    }
  }
  return { dims, components, weights: weights.map((weight) => weight / total), means, variances };
}

function variancesOf(points: Float32Array, dims: number): Float64Array {
  const n = points.length / dims;
  const [mean, square] = [new Float64Array(dims), new Float64Array(dims)];
  for (let i = 0; i < points.length; i++) {
    mean[i % dims]! += points[i]! / n;
    square[i % dims]! += points[i]! ** 2 / n;
  }
  return square.map((value, i) => Math.max(0, value - mean[i]! ** 2));
}
