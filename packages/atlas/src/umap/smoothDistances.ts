/** Neighbours of every point: row i holds `neighbors` indices, nearest first, and their distances. The point itself is left out. */
export interface NeighborLists {
  readonly count: number;
  readonly neighbors: number;
  /** [count, neighbors] */
  readonly indices: Int32Array;
  /** [count, neighbors] */
  readonly distances: Float32Array;
}

/** The local scale of every point: similarity to a neighbour at distance d is exp(−max(0, d − rho)/sigma). */
export interface LocalScales {
  /** Distance to the nearest neighbour that is not at distance 0. */
  readonly rho: Float32Array;
  readonly sigma: Float32Array;
}

/** lmcinnes/umap `MIN_K_DIST_SCALE`. */
const SMALLEST_SCALE = 1e-3;

/**
 * rho and sigma of every point, so that its similarities add up to log2(neighbors + 1).
 *
 * The + 1 counts the point itself, as umap-learn and umap-js do with their `n_neighbors`. Binary search of 64 steps.
 * Source: lmcinnes/umap `umap/umap_.py::smooth_knn_dist` with local_connectivity 1.
 */
export function smoothDistances(lists: NeighborLists): LocalScales {
  const { count, neighbors, distances } = lists;
  const rho = new Float32Array(count);
  const sigma = new Float32Array(count);
  const target = Math.log2(neighbors + 1);
  let total = 0;
  for (const d of distances) total += d;
  const meanAll = total / (count * (neighbors + 1));
  for (let i = 0; i < count; i++) {
    const row = i * neighbors;
    let nearest = 0;
    let mean = 0;
    for (let k = 0; k < neighbors; k++) {
      const d = distances[row + k]!;
      if (nearest === 0 && d > 0) nearest = d;
      mean += d;
    }
    mean /= neighbors + 1;
    rho[i] = nearest;
    let low = 0;
    let high = Number.POSITIVE_INFINITY;
    let mid = 1;
    for (let step = 0; step < 64; step++) {
      let sum = 0;
      for (let k = 0; k < neighbors; k++) {
        const beyond = distances[row + k]! - nearest;
        sum += beyond > 0 ? Math.exp(-beyond / mid) : 1;
      }
      if (Math.abs(sum - target) < 1e-5) break;
      if (sum > target) {
        high = mid;
        mid = (low + high) / 2;
      } else {
        low = mid;
        mid = high === Number.POSITIVE_INFINITY ? mid * 2 : (low + high) / 2;
      }
    }
    sigma[i] = Math.max(mid, SMALLEST_SCALE * (nearest > 0 ? mean : meanAll));
  }
  return { rho, sigma };
}

/** Similarity of each point to each of its neighbours, [count, neighbors]. */
export function memberships(lists: NeighborLists, scales: LocalScales): Float32Array {
  const { count, neighbors, distances } = lists;
  const weights = new Float32Array(count * neighbors);
  for (let i = 0; i < count; i++) {
    const nearest = scales.rho[i]!;
    const scale = scales.sigma[i]!;
    for (let k = 0; k < neighbors; k++) {
      const beyond = distances[i * neighbors + k]! - nearest;
      weights[i * neighbors + k] = beyond <= 0 || scale === 0 ? 1 : Math.exp(-beyond / scale);
    }
  }
  return weights;
}
