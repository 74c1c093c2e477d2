import type { WorkerPool } from '@incognita/runtime';
import { taskRef, toShared } from '../tasks.js';
import type { NeighborLists } from '../umap/smoothDistances.js';
import type { Watch } from '../umap/umap.js';
import type { Metric } from './distance.js';
import type { NearestArgs } from './nearest.task.js';

export interface NeighborOptions {
  /** Points among which neighbours are sought, [count, channels]. */
  readonly keys: Float32Array;
  readonly channels: number;
  /** Points that seek them, [m, channels]; absent: the keys themselves, each leaving itself out. */
  readonly queries?: Float32Array;
  readonly neighbors: number;
  readonly metric: Metric;
}

/** Queries of one task. */
const TASK_QUERIES = 2048;

/**
 * The exact nearest neighbours, nearest first, ties by index, computed on the pool's workers. Does not depend on their number.
 *
 * @throws RangeError when there are not more keys than neighbours.
 * @example const lists = await exactNeighbors({ keys, channels: 512, neighbors: 15, metric: 'cosine' }, pool);
 */
export async function exactNeighbors(options: NeighborOptions, pool: WorkerPool, watch: Watch = {}): Promise<NeighborLists> {
  const { channels, neighbors, metric } = options;
  const count = options.keys.length / channels;
  const available = options.queries === undefined ? count - 1 : count;
  if (neighbors < 1 || neighbors > available) {
    throw new RangeError(`${neighbors} neighbours were asked of ${available} other points; ask for 1 to ${available}.`);
  }
  const keys = toShared(options.keys);
  const queries = options.queries === undefined ? null : toShared(options.queries);
  const total = (queries ?? keys).length / channels;
  const indices = new Int32Array(total * neighbors);
  const distances = new Float32Array(total * neighbors);
  let done = 0;
  const parts = Array.from({ length: Math.ceil(total / TASK_QUERIES) }, async (_, part) => {
    const from = part * TASK_QUERIES;
    const args: NearestArgs = { keys, channels, queries, from, to: Math.min(total, from + TASK_QUERIES), neighbors, metric };
    const found = await pool.run<NearestArgs, NeighborLists>(taskRef('knn/nearest.task', 'nearest'), args, {
      signal: watch.signal,
    });
    indices.set(found.indices, from * neighbors);
    distances.set(found.distances, from * neighbors);
    done += found.count;
    watch.onProgress?.({ done, total });
  });
  await Promise.all(parts);
  return { count: total, neighbors, indices, distances };
}
