/** Naive references and made-up data that several tests share. Not exported from the package. */
import { randomFor } from './random.js';
import type { NeighborLists } from './umap/smoothDistances.js';

/** Distance in f64: Euclidean, or 1 − cosine (1 where one vector is zero, 0 where both are). */
export function naiveDistance(a: ArrayLike<number>, b: ArrayLike<number>, metric: 'cosine' | 'euclidean'): number {
  let dot = 0;
  let aa = 0;
  let bb = 0;
  let squared = 0;
  for (let i = 0; i < a.length; i++) {
    dot += a[i]! * b[i]!;
    aa += a[i]! * a[i]!;
    bb += b[i]! * b[i]!;
    squared += (a[i]! - b[i]!) ** 2;
  }
  if (metric === 'euclidean') return Math.sqrt(squared);
  if (aa === 0 && bb === 0) return 0;
  if (aa === 0 || bb === 0) return 1;
  return Math.max(0, 1 - dot / Math.sqrt(aa * bb));
}

/** All distances, sorted, ties by index. */
export function naiveNeighbors(
  data: Float32Array,
  channels: number,
  neighbors: number,
  metric: 'cosine' | 'euclidean',
): NeighborLists {
  const count = data.length / channels;
  const indices = new Int32Array(count * neighbors);
  const distances = new Float32Array(count * neighbors);
  const row = (i: number) => data.subarray(i * channels, (i + 1) * channels);
  for (let i = 0; i < count; i++) {
    const d = Float64Array.from({ length: count }, (_, j) => naiveDistance(row(i), row(j), metric));
    d[i] = -1;
    const order = Int32Array.from({ length: count }, (_, j) => j)
      .sort((p, q) => d[p]! - d[q]! || p - q)
      .subarray(1);
    for (let k = 0; k < neighbors; k++) {
      indices[i * neighbors + k] = order[k]!;
      distances[i * neighbors + k] = d[order[k]!]!;
    }
  }
  return { count, neighbors, indices, distances };
}

/** Points around `clusters` random centres with unit spread in `channels` dimensions. */
export function clusteredPoints(count: number, channels: number, clusters: number, seed: number): Float32Array {
  const random = randomFor(seed, 'clusters');
  const centres = Float64Array.from({ length: clusters * channels }, () => 3 * random.gaussian());
  const data = new Float32Array(count * channels);
  for (let i = 0; i < count; i++) {
    const cluster = Math.floor(random.uniform() * clusters);
    for (let c = 0; c < channels; c++) data[i * channels + c] = centres[cluster * channels + c]! + random.gaussian();
  }
  return data;
}

/** A rolled-up sheet in three dimensions (Tenenbaum, de Silva and Langford 2000). */
export function swissRoll(count: number, seed: number): Float32Array {
  const random = randomFor(seed, 'swiss roll');
  const data = new Float32Array(count * 3);
  for (let i = 0; i < count; i++) {
    const t = 1.5 * Math.PI * (1 + 2 * random.uniform());
    data.set([t * Math.cos(t), 21 * random.uniform(), t * Math.sin(t)], i * 3);
  }
  return data;
}
