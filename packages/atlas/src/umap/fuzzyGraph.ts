import { memberships, type NeighborLists, smoothDistances } from './smoothDistances.js';

/** A symmetric weighted graph in compressed rows; each edge is there twice, once from either end. */
export interface FuzzyGraph {
  readonly count: number;
  /** [count + 1]: the edges of point i are start[i]…start[i + 1] − 1, in order of their other end. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly weight: Float32Array;
}

/**
 * The fuzzy union of all points' neighbourhoods: w = p + q − p·q, where p and q are the two directed similarities.
 * Source: McInnes, Healy and Melville 2018 (arXiv 1802.03426), section 3.1; lmcinnes/umap `fuzzy_simplicial_set`.
 */
export function fuzzyGraph(lists: NeighborLists): FuzzyGraph {
  const { count, neighbors, indices } = lists;
  const directed = memberships(lists, smoothDistances(lists));
  const start = new Int32Array(count + 1);
  for (let i = 0; i < count; i++) {
    start[i + 1] = start[i + 1]! + neighbors;
    for (let k = 0; k < neighbors; k++) {
      const j = indices[i * neighbors + k]! + 1;
      start[j] = start[j]! + 1;
    }
  }
  for (let i = 0; i < count; i++) start[i + 1] = start[i + 1]! + start[i]!;
  const fill = start.slice(0, count);
  const ends = new Int32Array(2 * count * neighbors);
  const weights = new Float32Array(2 * count * neighbors);
  const put = (from: number, to: number, w: number) => {
    const at = fill[from]!;
    ends[at] = to;
    weights[at] = w;
    fill[from] = at + 1;
  };
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < neighbors; k++) {
      const j = indices[i * neighbors + k]!;
      const w = directed[i * neighbors + k]!;
      put(i, j, w);
      put(j, i, w);
    }
  }
  return mergeRows(count, start, ends, weights);
}

/** Sorts every row by the other end and joins an edge that is there twice by p + q − p·q; drops zero weights. */
function mergeRows(count: number, start: Int32Array, ends: Int32Array, weights: Float32Array): FuzzyGraph {
  const mergedStart = new Int32Array(count + 1);
  let size = 0;
  let order: number[] = [];
  for (let i = 0; i < count; i++) {
    const from = start[i]!;
    const to = start[i + 1]!;
    order = [];
    for (let e = from; e < to; e++) order.push(e);
    order.sort((p, q) => ends[p]! - ends[q]! || p - q);
    const rowEnds = order.map((e) => ends[e]!);
    const rowWeights = order.map((e) => weights[e]!);
    for (let r = 0; r < order.length; r++) {
      let w = rowWeights[r]!;
      if (r + 1 < order.length && rowEnds[r + 1] === rowEnds[r]) {
        const q = rowWeights[r + 1]!;
        w = w + q - w * q;
        r++;
      }
      if (w <= 0) continue;
      ends[size] = rowEnds[r]!;
      weights[size] = w;
      size++;
    }
    mergedStart[i + 1] = size;
  }
  return { count, start: mergedStart, end: ends.slice(0, size), weight: weights.slice(0, size) };
}
