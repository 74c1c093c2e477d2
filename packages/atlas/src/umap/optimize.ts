import { type GradientTable, SHIFT } from './gradientTable.js';

/** Edges to be pulled together; heads move always, tails only when they live in the same embedding. */
export interface Edges {
  readonly head: Int32Array;
  readonly tail: Int32Array;
  /** Epochs between two visits of an edge: the largest weight over its weight, ≥ 1. */
  readonly interval: Float64Array;
}

export interface OptimizeOptions {
  readonly epochs: number;
  readonly table: GradientTable;
  /** State of the generator of negative samples. */
  readonly seed: number;
  readonly learningRate: number;
  /** Negative samples for each visit of an edge. */
  readonly negativeSamples: number;
  /** False when `tailPlaces` is a finished map that new points are laid into. */
  readonly moveTails: boolean;
}

/** The optimisation, one epoch a call. */
export interface LayoutDescent {
  /** Runs the next epoch; returns the number done. */
  step(): number;
}

/**
 * Stochastic gradient descent of UMAP's cross entropy in two dimensions, in place on `heads` [n, 2].
 *
 * Each edge is visited in proportion to its weight, and each visit is followed by `negativeSamples` random repulsions
 * weighted by their own schedule. Gradients are clipped to ±4; the learning rate falls linearly to 0.
 * Source: lmcinnes/umap `umap/layouts.py::optimize_layout_euclidean`. One thread, one generator: the same seed gives the same bytes.
 */
export function layoutDescent(
  heads: Float32Array,
  tailPlaces: Float32Array,
  edges: Edges,
  options: OptimizeOptions,
): LayoutDescent {
  const { head, tail, interval } = edges;
  const { epochs, negativeSamples, moveTails } = options;
  const { attraction, repulsion, first } = options.table;
  const last = attraction.length - 1;
  const edgeCount = head.length;
  const tailCount = tailPlaces.length / 2;
  const nextVisit = Float64Array.from(interval);
  const nextNegative = interval.map((epochsBetween) => epochsBetween / negativeSamples);
  const bits = new Int32Array(1);
  const single = new Float32Array(bits.buffer);
  let state = options.seed | 0;
  let epoch = 0;
  const step = (): number => {
    const rate = options.learningRate * (1 - epoch / epochs);
    for (let e = 0; e < edgeCount; e++) {
      if (nextVisit[e]! > epoch) continue;
      const j = 2 * head[e]!;
      const k = 2 * tail[e]!;
      let x = heads[j]!;
      let y = heads[j + 1]!;
      let dx = x - tailPlaces[k]!;
      let dy = y - tailPlaces[k + 1]!;
      let squared = dx * dx + dy * dy;
      if (squared > 0) {
        single[0] = squared;
        const at = (bits[0]! >> SHIFT) - first;
        const factor = attraction[Math.max(0, Math.min(last, at))]!;
        const gx = clip(factor * dx) * rate;
        const gy = clip(factor * dy) * rate;
        x += gx;
        y += gy;
        if (moveTails) {
          tailPlaces[k] = tailPlaces[k]! - gx;
          tailPlaces[k + 1] = tailPlaces[k + 1]! - gy;
        }
      }
      nextVisit[e] = nextVisit[e]! + interval[e]!;
      const betweenNegatives = interval[e]! / negativeSamples;
      const negatives = ((epoch - nextNegative[e]!) / betweenNegatives) | 0;
      for (let p = 0; p < negatives; p++) {
        // PCG-RXS-M-XS-32 (O'Neill 2014, HMC-CS-2014-0905).
        state = (Math.imul(state, 747796405) + 2891336453) | 0;
        let word = Math.imul(((state >>> ((state >>> 28) + 4)) ^ state) | 0, 277803737);
        word = (word >>> 22) ^ word;
        const m = 2 * (((word >>> 0) * (tailCount / 4294967296)) | 0);
        if (moveTails && m === j) continue;
        dx = x - tailPlaces[m]!;
        dy = y - tailPlaces[m + 1]!;
        squared = dx * dx + dy * dy;
        if (squared > 0) {
          single[0] = squared;
          const at = (bits[0]! >> SHIFT) - first;
          const factor = repulsion[Math.max(0, Math.min(last, at))]!;
          x += clip(factor * dx) * rate;
          y += clip(factor * dy) * rate;
        } else {
          x += 4 * rate;
          y += 4 * rate;
        }
      }
      nextNegative[e] = nextNegative[e]! + negatives * betweenNegatives;
      heads[j] = x;
      heads[j + 1] = y;
    }
    epoch++;
    return epoch;
  };
  return { step };
}

function clip(value: number): number {
  return Math.max(-4, Math.min(4, value));
}
