import { randomFor } from '../random.js';
import { similarityCurve } from './curve.js';
import { type FuzzyGraph, fuzzyGraph } from './fuzzyGraph.js';
import { gradientTable } from './gradientTable.js';
import { type Edges, layoutDescent } from './optimize.js';
import type { NeighborLists } from './smoothDistances.js';

export interface UmapOptions {
  readonly seed: number;
  /** Distance below which points count as the same, in units of the layout. Default 0.05. */
  readonly minDist?: number;
  /** Scale of the layout. Default 1. */
  readonly spread?: number;
  /** Default {@link defaultEpochs}. */
  readonly epochs?: number;
  /** Default 5. */
  readonly negativeSamples?: number;
  /** Default 1. */
  readonly repulsionStrength?: number;
  /** Default 1. */
  readonly learningRate?: number;
}

/** What long computations report to and listen to. */
export interface Watch {
  readonly onProgress?: (progress: { done: number; total: number }) => void;
  readonly signal?: AbortSignal;
}

/** umap-learn's rule: 500 epochs up to 10,000 points, 200 beyond. */
export function defaultEpochs(count: number): number {
  return count <= 10_000 ? 500 : 200;
}

/**
 * Lays points out in the plane so that near neighbours stay near: UMAP (McInnes, Healy and Melville 2018, arXiv 1802.03426).
 *
 * `lists` holds each point's nearest neighbours without the point itself (umap-learn's `n_neighbors` counts the point, so
 * its 15 are 14 here). `start` is the first layout [count, 2], from {@link principalLayout}; it is not changed. Returns [count, 2].
 * The same inputs and seed give the same bytes. Yields to the event loop between epochs, so that a signal can stop it.
 *
 * @example
 * const layout = await umap(lists, start, { seed: 1, minDist: 0.05 });
 */
export async function umap(
  lists: NeighborLists,
  start: Float32Array,
  options: UmapOptions,
  watch: Watch = {},
): Promise<Float32Array> {
  if (start.length !== 2 * lists.count) {
    throw new RangeError(`The first layout holds ${start.length} numbers; ${lists.count} points need ${2 * lists.count}.`);
  }
  const epochs = options.epochs ?? defaultEpochs(lists.count);
  const layout = Float32Array.from(start);
  const edges = graphEdges(fuzzyGraph(lists), epochs);
  const { a, b } = similarityCurve(options.minDist ?? 0.05, options.spread ?? 1);
  const descent = layoutDescent(layout, layout, edges, {
    epochs,
    table: gradientTable(a, b, options.repulsionStrength ?? 1),
    seed: randomFor(options.seed, 'negative samples').integer(2 ** 32),
    learningRate: options.learningRate ?? 1,
    negativeSamples: options.negativeSamples ?? 5,
    moveTails: true,
  });
  await runDescent(descent, epochs, edges.head.length, watch);
  return layout;
}

/** Runs all epochs, letting the event loop breathe in between. */
export async function runDescent(descent: { step(): number }, epochs: number, edgeCount: number, watch: Watch): Promise<void> {
  const epochsBetween = Math.max(1, Math.floor(200_000 / Math.max(1, edgeCount)));
  for (let epoch = 0; epoch < epochs; epoch = descent.step()) {
    if (epoch % epochsBetween !== 0) continue;
    watch.onProgress?.({ done: epoch, total: epochs });
    await new Promise((resolve) => setTimeout(resolve, 0));
    watch.signal?.throwIfAborted();
  }
  watch.onProgress?.({ done: epochs, total: epochs });
}

/** The edges strong enough to be visited at least once in `epochs` epochs. */
function graphEdges(graph: FuzzyGraph, epochs: number): Edges {
  let strongest = 0;
  for (const w of graph.weight) strongest = Math.max(strongest, w);
  const weakest = strongest / epochs;
  let size = 0;
  for (const w of graph.weight) if (w >= weakest) size++;
  const head = new Int32Array(size);
  const tail = new Int32Array(size);
  const interval = new Float64Array(size);
  let at = 0;
  for (let i = 0; i < graph.count; i++) {
    for (let e = graph.start[i]!; e < graph.start[i + 1]!; e++) {
      if (graph.weight[e]! < weakest) continue;
      head[at] = i;
      tail[at] = graph.end[e]!;
      interval[at] = strongest / graph.weight[e]!;
      at++;
    }
  }
  return { head, tail, interval };
}
