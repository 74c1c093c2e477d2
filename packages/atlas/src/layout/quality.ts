import type { NeighborLists } from '../umap/smoothDistances.js';

/**
 * How many false neighbours a layout shows: 1 when every point's k nearest in the layout are among its k nearest in the data.
 *
 * T(k) = 1 − 2/(n·k·(2n − 3k − 1)) · Σᵢ Σ_{j ∈ Uₖ(i)} (r(i, j) − k), with r the rank in the data and Uₖ(i) the k nearest in
 * the layout that are not among the k nearest in the data. Source: Venna and Kaski 2001, "Neighborhood preservation in nonlinear
 * projection methods". `rankOf(i)` returns the rank (1 = nearest) of every other point in the data as seen from point i.
 */
export function trustworthiness(layout: NeighborLists, rankOf: (point: number) => Int32Array): number {
  const { count: n, neighbors: k, indices } = layout;
  let penalty = 0;
  for (let i = 0; i < n; i++) {
    const rank = rankOf(i);
    for (let m = i * k; m < (i + 1) * k; m++) penalty += Math.max(0, rank[indices[m]!]! - k);
  }
  return 1 - (2 / (n * k * (2 * n - 3 * k - 1))) * penalty;
}

/** Share of the nearest neighbours in the data that are nearest neighbours in the layout too; both lists equally long. */
export function neighborRecall(data: NeighborLists, layout: NeighborLists): number {
  const { count, neighbors } = data;
  let found = 0;
  for (let i = 0; i < count; i++) {
    const wanted = new Set(data.indices.subarray(i * neighbors, (i + 1) * neighbors));
    for (let k = i * neighbors; k < (i + 1) * neighbors; k++) if (wanted.has(layout.indices[k]!)) found++;
  }
  return found / (count * neighbors);
}
