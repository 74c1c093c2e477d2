import { randomFor } from '../random.js';
import { similarityCurve } from './curve.js';
import { gradientTable } from './gradientTable.js';
import { layoutDescent } from './optimize.js';
import { memberships, type NeighborLists, smoothDistances } from './smoothDistances.js';
import { runDescent, type UmapOptions, type Watch } from './umap.js';

/**
 * Lays new points into a finished map. `lists` holds each new point's nearest neighbours *among the map's points*; `map` is
 * [points of the map, 2] and does not change. Returns [count, 2].
 *
 * A new point starts at the mean of its neighbours by similarity and then descends with the map held still, for a third of the
 * epochs (default 100, or 30 beyond 10,000 new points). Source: lmcinnes/umap `umap/umap_.py::UMAP.transform`.
 */
export async function umapTransform(
  lists: NeighborLists,
  map: Float32Array,
  options: UmapOptions,
  watch: Watch = {},
): Promise<Float32Array> {
  const { count, neighbors, indices } = lists;
  const epochs = options.epochs === undefined ? (count <= 10_000 ? 100 : 30) : Math.max(1, Math.floor(options.epochs / 3));
  const weights = memberships(lists, smoothDistances(lists));
  const layout = new Float32Array(2 * count);
  const head = new Int32Array(count * neighbors);
  const interval = new Float64Array(count * neighbors);
  let strongest = 0;
  for (const w of weights) strongest = Math.max(strongest, w);
  for (let i = 0; i < count; i++) {
    let total = 0;
    let x = 0;
    let y = 0;
    for (let e = i * neighbors; e < (i + 1) * neighbors; e++) {
      const w = weights[e]!;
      total += w;
      x += w * map[2 * indices[e]!]!;
      y += w * map[2 * indices[e]! + 1]!;
      head[e] = i;
      interval[e] = w >= strongest / epochs ? strongest / w : Number.POSITIVE_INFINITY;
    }
    layout[2 * i] = x / total;
    layout[2 * i + 1] = y / total;
  }
  const { a, b } = similarityCurve(options.minDist ?? 0.05, options.spread ?? 1);
  const descent = layoutDescent(
    layout,
    Float32Array.from(map),
    { head, tail: indices, interval },
    {
      epochs,
      table: gradientTable(a, b, options.repulsionStrength ?? 1),
      seed: randomFor(options.seed, 'transform').integer(2 ** 32),
      learningRate: (options.learningRate ?? 1) / 4,
      negativeSamples: options.negativeSamples ?? 5,
      moveTails: false,
    },
  );
  await runDescent(descent, epochs, head.length, watch);
  return layout;
}
