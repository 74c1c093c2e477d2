import { decodeSafetensors, encodeSafetensors, writeParquet } from '@incognita/workspace';
import type { Activations } from '../collect/collect.js';
import type { Metric } from '../knn/distance.js';
import { unitRows } from '../knn/distance.js';
import { exactNeighbors } from '../knn/exactNeighbors.js';
import type { MomentsArgs } from '../linalg/moments.task.js';
import type { Moments } from '../linalg/secondMoment.js';
import type { AtlasContext, AtlasStage } from '../pipeline/options.js';
import { taskRef } from '../tasks.js';
import { principalLayout } from '../umap/initialize.js';
import type { NeighborLists } from '../umap/smoothDistances.js';
import { defaultEpochs } from '../umap/umap.js';
import type { UmapArgs } from '../umap/umap.task.js';
import { normalizeLayout } from './normalize.js';

export interface LayoutOptions {
  readonly layer: string;
  readonly channels: number;
  readonly activations: Activations;
  /** As umap-learn counts them: with the point itself. */
  readonly neighbors: number;
  readonly minDist: number;
  readonly metric: Metric;
  readonly legacy: boolean;
  readonly seed: number;
}

export interface LayerLayout {
  readonly hash: string;
  /** Path of the points table. */
  readonly points: string;
  /** [count, 2], 0…1, NaN outside. */
  readonly places: Float32Array;
  readonly outside: number;
  /** With the point itself. */
  readonly neighbors: number;
  readonly epochs: number;
}

/** Fewest activations that can be laid out. */
const FEWEST = 10;

/** Neighbours, layout and places on the unit square of one layer's activations, as two stages. */
export async function layOut(options: LayoutOptions, context: AtlasContext): Promise<LayerLayout> {
  const { layer, channels, activations, metric, minDist, seed, legacy } = options;
  const { workspace, pool, signal } = context;
  const { count, data } = activations;
  if (count < FEWEST) {
    throw new RangeError(
      `The layer "${layer}" gave ${count} activations; a map needs at least ${FEWEST}. Give more pictures, or sample more of each.`,
    );
  }
  const neighbors = Math.min(options.neighbors, count) - 1;
  const epochs = defaultEpochs(count);
  const watch = (stage: AtlasStage) => ({
    signal,
    onProgress: ({ done, total }: { done: number; total: number }) => context.onProgress?.({ stage, layer, done, total }),
  });
  const found = await workspace.stage(
    { name: 'neighbors', version: 1, inputs: { activations: activations.hash, neighbors, metric } },
    async (out) => {
      const lists = await exactNeighbors({ keys: data, channels, neighbors, metric }, pool, watch('neighbors'));
      const shape = [count, neighbors];
      await out.write(
        'neighbors.safetensors',
        encodeSafetensors({ indices: { shape, data: lists.indices }, distances: { shape, data: lists.distances } }),
      );
    },
  );
  const inputs = { neighbors: found.hash, minDist, epochs, seed, legacy };
  const stage = await workspace.stage<{ outside: number }>({ name: 'layout', version: 1, inputs }, async (out) => {
    const { tensors } = decodeSafetensors(await workspace.read(`${found.path}/neighbors.safetensors`));
    const lists: NeighborLists = {
      count,
      neighbors,
      indices: tensors.get('indices')!.data as Int32Array,
      distances: tensors.get('distances')!.data as Float32Array,
    };
    const unit = metric === 'cosine';
    const moments = await pool.run<MomentsArgs, Moments>(
      taskRef('linalg/moments.task', 'momentsOf'),
      { data, channels, unit },
      { signal },
    );
    const start = principalLayout(unit ? unitRows(data, channels) : data, moments, { seed });
    const { onProgress } = watch('layout');
    const layout = await pool.run<UmapArgs, Float32Array>(
      taskRef('umap/umap.task', 'umapLayout'),
      { lists, start, options: { seed, minDist, epochs } },
      { signal, onProgress: (progress) => onProgress(progress as { done: number; total: number }) },
    );
    const { places, outside } = normalizeLayout(layout, { legacy });
    await out.write(
      'layout.safetensors',
      encodeSafetensors({ layout: { shape: [count, 2], data: layout }, places: { shape: [count, 2], data: places } }),
    );
    const axis = (a: 0 | 1) => Float32Array.from({ length: count }, (_, i) => places[2 * i + a]!);
    await out.write(
      'points.parquet',
      writeParquet([
        { name: 'picture', type: 'int32', data: activations.picture },
        { name: 'row', type: 'int32', data: activations.row },
        { name: 'column', type: 'int32', data: activations.column },
        { name: 'x', type: 'float', data: axis(0) },
        { name: 'y', type: 'float', data: axis(1) },
      ]),
    );
    return { outside };
  });
  const { tensors } = decodeSafetensors(await workspace.read(`${stage.path}/layout.safetensors`));
  return {
    hash: stage.hash,
    points: `${stage.path}/points.parquet`,
    places: tensors.get('places')!.data as Float32Array,
    outside: stage.value.outside,
    neighbors: neighbors + 1,
    epochs,
  };
}
