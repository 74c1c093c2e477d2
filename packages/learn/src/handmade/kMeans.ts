import { createRandom, type Random } from '@incognita/runtime';
import { rowProducts, squaredLengths } from './rowProducts.js';

/** Words of a visual vocabulary: centres of clusters of descriptors. */
export interface Codebook {
  readonly dims: number;
  readonly words: number;
  /** [words, dims] */
  readonly centres: Float64Array;
  /** Mean squared distance of the points from their nearest centres. */
  readonly distortion: number;
}

/** Options of {@link kMeans}. */
export interface KMeansOptions {
  readonly words: number;
  /** Rounds of Lloyd's algorithm; it ends earlier where nothing changes. */
  readonly rounds: number;
  readonly seed: number;
  /** Called with the distortion before each round's centres are moved; it never rises. */
  readonly onRound?: (distortion: number) => void;
}

/**
 * k-means of points [n, dims]: centres drawn apart from each other, then moved to the means of what is nearest to them. A centre to which nothing
 * is nearest goes to the point that is farthest from its own.
 *
 * Source: Lloyd 1982; Arthur and Vassilvitskii 2007, k-means++.
 */
export function kMeans(points: Float32Array, dims: number, { words, rounds, seed, onRound }: KMeansOptions): Codebook {
  const n = points.length / dims;
  if (n < words) throw new RangeError(`${n} points do not make ${words} words; take fewer words or more points.`);
  const centres = spread(points, dims, words, createRandom(seed));
  const nearest = new Int32Array(n).fill(-1);
  const distances = new Float64Array(n);
  for (let round = 0; ; round++) {
    const changed = assign(points, dims, centres, nearest, distances);
    const distortion = distances.reduce((sum, value) => sum + value, 0) / n;
    if (changed === 0 || round === rounds) return { dims, words, centres, distortion };
    onRound?.(distortion);
    moveToMeans(points, dims, centres, nearest, distances);
  }
}

/** Squared distance of a point from a centre. */
function squaredDistance(points: Float32Array, point: number, centres: Float64Array, centre: number, dims: number): number {
  let sum = 0;
  for (let i = 0, a = point * dims, b = centre * dims; i < dims; i++) {
    const difference = points[a + i]! - centres[b + i]!;
    sum += difference * difference;
  }
  return sum;
}

/** Points as first centres, each drawn with a probability in proportion to its squared distance from those before. */
function spread(points: Float32Array, dims: number, words: number, random: Random): Float64Array {
  const n = points.length / dims;
  const centres = new Float64Array(words * dims);
  const distances = new Float64Array(n).fill(Infinity);
  let chosen = random.integer(n);
  for (let word = 0; word < words; word++) {
    centres.set(points.subarray(chosen * dims, (chosen + 1) * dims), word * dims);
    let total = 0;
    for (let p = 0; p < n; p++) {
      distances[p] = Math.min(distances[p]!, squaredDistance(points, p, centres, word, dims));
      total += distances[p]!;
    }
    let left = random.uniform() * total;
    chosen = 0;
    for (; chosen < n - 1; chosen++) {
      left -= distances[chosen]!;
      if (left < 0) break;
    }
  }
  return centres;
}

/** Finds the nearest centres; returns how many changed. */
function assign(points: Float32Array, dims: number, centres: Float64Array, nearest: Int32Array, distances: Float64Array): number {
  const words = centres.length / dims;
  const products = rowProducts(points, centres, dims);
  const squares = squaredLengths(centres, dims);
  let changed = 0;
  for (let p = 0; p < nearest.length; p++) {
    let [best, least] = [0, Infinity];
    for (let c = 0; c < words; c++) {
      const distance = squares[c]! - 2 * products[p * words + c]!;
      if (distance < least) [best, least] = [c, distance];
    }
    if (nearest[p] !== best) changed++;
    nearest[p] = best;
    distances[p] = squaredDistance(points, p, centres, best, dims);
  }
  return changed;
}

function moveToMeans(
  points: Float32Array,
  dims: number,
  centres: Float64Array,
  nearest: Int32Array,
  distances: Float64Array,
): void {
  const sizes = new Float64Array(centres.length / dims);
  centres.fill(0);
  for (const [p, word] of nearest.entries()) {
    sizes[word]!++;
    for (let i = 0; i < dims; i++) centres[word * dims + i]! += points[p * dims + i]!;
  }
  for (const [word, size] of sizes.entries()) {
    if (size > 0) {
      for (let i = 0; i < dims; i++) centres[word * dims + i]! /= size;
      continue;
    }
    const farthest = distances.reduce((best, distance, p) => (distance > distances[best]! ? p : best), 0);
    centres.set(points.subarray(farthest * dims, (farthest + 1) * dims), word * dims);
    distances[farthest] = 0;
  }
}
