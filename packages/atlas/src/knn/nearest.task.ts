import type { TaskContext } from '@incognita/runtime';
import { openGraph } from '../openGraph.js';
import type { NeighborLists } from '../umap/smoothDistances.js';
import { cosineRows, distance, type Metric, squaredNorms } from './distance.js';
import { scoreGraph } from './scoreGraph.js';

export interface NearestArgs {
  /** The points among which neighbours are sought, [count, channels]. */
  readonly keys: Float32Array;
  readonly channels: number;
  /** The points that seek them; null: the keys themselves, each leaving itself out. */
  readonly queries: Float32Array | null;
  /** The part of the queries that this task serves. */
  readonly from: number;
  readonly to: number;
  readonly neighbors: number;
  readonly metric: Metric;
}

/** Numbers in one block of scores: 16 MB. */
const BLOCK_NUMBERS = 4 << 20;
/** Keys scored at once. */
const KEY_BLOCK = 16_384;
/** Candidates kept beyond the neighbours asked for, so that rounding of the scores cannot hide one. */
const SPARE = 8;

/**
 * Worker task: the exact nearest neighbours of queries `from`…`to` − 1, ties by index.
 *
 * ONNX Runtime scores blocks of queries against blocks of keys and keeps the best few; their distances are then computed
 * anew in double precision and decide. Memory beside the data: one block of scores.
 */
export async function nearest(args: NearestArgs, context: TaskContext): Promise<NeighborLists> {
  const { channels, from, to, neighbors, metric } = args;
  const count = args.keys.length / channels;
  const asked = neighbors + SPARE + (args.queries === null ? 1 : 0);
  const given = args.queries ?? args.keys;
  const part = given.subarray(from * channels, to * channels);
  const width = metric === 'cosine' ? channels + 1 : channels;
  // Copies, because ONNX Runtime takes no shared memory.
  const keys = metric === 'cosine' ? cosineRows(args.keys, channels) : Float32Array.from(args.keys);
  const queries = metric === 'cosine' ? cosineRows(part, channels) : Float32Array.from(part);
  const halves = squaredNorms(keys, width).map((squared) => (metric === 'cosine' ? 0 : -squared / 2));
  const session = await openGraph(context, scoreGraph(width));
  const rows = to - from;
  const indices = new Int32Array(rows * neighbors);
  const distances = new Float32Array(rows * neighbors);
  const keyBlock = Math.min(count, KEY_BLOCK);
  const queryBlock = Math.max(1, Math.floor(BLOCK_NUMBERS / keyBlock));
  try {
    for (let q = 0; q < rows; q += queryBlock) {
      context.throwIfAborted();
      const block = queries.slice(q * width, Math.min(rows, q + queryBlock) * width);
      const size = block.length / width;
      const candidates: number[][] = Array.from({ length: size }, () => []);
      for (let n = 0; n < count; n += keyBlock) {
        const end = Math.min(count, n + keyBlock);
        const k = Math.min(asked, end - n);
        const found = await session.run({
          queries: { dtype: 'float32', dims: [size, width], data: block },
          keys: { dtype: 'float32', dims: [end - n, width], data: keys.subarray(n * width, end * width) },
          bias: { dtype: 'float32', dims: [1, end - n], data: halves.subarray(n, end) },
          k: { dtype: 'int64', dims: [1], data: BigInt64Array.of(BigInt(k)) },
        });
        const positions = found.indices!.data as BigInt64Array;
        for (let i = 0; i < size; i++) {
          for (let j = 0; j < k; j++) candidates[i]!.push(n + Number(positions[i * k + j]!));
        }
      }
      for (let i = 0; i < size; i++) {
        const self = args.queries === null ? from + q + i : -1;
        const ranked = candidates[i]!.filter((j) => j !== self)
          .map((j) => ({ j, d: distance(given, (from + q + i) * channels, args.keys, j * channels, channels, metric) }))
          .sort((a, b) => a.d - b.d || a.j - b.j);
        for (let k = 0; k < neighbors; k++) {
          indices[(q + i) * neighbors + k] = ranked[k]!.j;
          distances[(q + i) * neighbors + k] = ranked[k]!.d;
        }
      }
      context.progress({ done: q + size, total: rows });
    }
  } finally {
    await session.dispose();
  }
  return { count: rows, neighbors, indices, distances };
}
