import type { Codebook } from './kMeans.js';
import { rowProducts, squaredLengths } from './rowProducts.js';

const NEAREST = 5;

/**
 * How much each word stands for each point, [n, words]: the five nearest share it by a Gaussian of their distances, as wide as points are from their
 * words on the average.
 *
 * Source: Liu, Wang and Liu 2011, In Defense of Soft-assignment Coding, equation 8; words as in Csurka et al. 2004.
 */
export function softAssignment(codebook: Codebook, points: Float32Array): Float64Array {
  const { dims, words, centres, distortion } = codebook;
  const n = points.length / dims;
  const sharpness = 1 / Math.max(distortion, 1e-12);
  const shares = new Float64Array(n * words);
  const products = rowProducts(points, centres, dims);
  const squares = squaredLengths(centres, dims);
  // Up to the point's own squared length, which cancels.
  const distances = new Float64Array(words);
  for (let p = 0; p < n; p++) {
    for (let word = 0; word < words; word++) distances[word] = squares[word]! - 2 * products[p * words + word]!;
    const nearest = smallest(distances, Math.min(NEAREST, words));
    const least = distances[nearest[0]!]!;
    let total = 0;
    for (const word of nearest) total += shares[p * words + word] = Math.exp(sharpness * (least - distances[word]!));
    for (const word of nearest) shares[p * words + word]! /= total;
  }
  return shares;
}

/** Writes how often each word occurs among some points, [words]; no points make zeros. */
export function writeBagOfWords(
  shares: Float64Array,
  words: number,
  members: readonly number[],
  out: Float32Array,
  at: number,
): void {
  for (const p of members) for (let word = 0; word < words; word++) out[at + word]! += shares[p * words + word]! / members.length;
}

/** Places of the smallest values, in ascending order; the first of equals comes first. */
function smallest(values: Float64Array, count: number): number[] {
  const found: number[] = [];
  for (let i = 0; i < values.length; i++) {
    if (found.length === count && values[i]! >= values[found[count - 1]!]!) continue;
    let place = found.length;
    while (place > 0 && values[found[place - 1]!]! > values[i]!) place--;
    found.splice(place, 0, i);
    if (found.length > count) found.pop();
  }
  return found;
}
