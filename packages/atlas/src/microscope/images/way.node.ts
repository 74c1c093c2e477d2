import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ModelSource } from '@incognita/runtime';
import { beforeActivation, decodePicture, type PooledLayer, pooledActivations, preprocess } from '@incognita/vision';
import { decodeSafetensors, encodeSafetensors } from '@incognita/workspace';
import type { UsedPicture } from '../../pictures/preparePictures.js';
import { mapLimited } from '../../pipeline/mapLimited.js';
import type { AtlasContext } from '../../pipeline/options.js';
import type { Scope } from '../prepareMicroscope.node.js';
import type { Surveyed } from '../surveyStages.js';

/** The layers by which images of one of them are judged, in order: their tensors, and what sampled pictures hold there. */
export interface Way {
  /** The network, with the tensors that were added to it. */
  readonly source: ModelSource;
  readonly tensors: readonly string[];
  /** Index of the layer whose images are judged. */
  readonly own: number;
  natural(): Promise<readonly PooledLayer[]>;
}

/** What the ways of all layers are made from. */
export interface WayOptions {
  readonly scope: Scope;
  readonly surveyed: Surveyed;
  readonly pictures: readonly UsedPicture[];
  /** Places of the blocks among the scope's layers. */
  readonly blocks: readonly number[];
}

/** Pictures of one run: all layers of each are in memory. */
const CHUNK = 8;

/**
 * The ways to the blocks of a network. Before its rectifier a layer is measured anew on the sampled pictures, because the survey saw only what the rectifier lets pass.
 */
export function waysOf(options: WayOptions, context: AtlasContext): (own: number, where: 'after' | 'before') => Way {
  const { scope, surveyed, blocks } = options;
  const { source } = scope;
  const tensors = blocks.map((block) => scope.layers[block]!.layer.tensor);
  const before = tensors.map((tensor) => beforeActivation(source.model, tensor));
  const rectified = blocks.map((_, b) => b).filter((b) => before[b]!.tensor !== tensors[b]);
  let after: Promise<PooledLayer[]> | null = null;
  const naturalAfter = async (): Promise<PooledLayer[]> => {
    const layers: PooledLayer[] = [];
    for (const place of blocks)
      layers.push({ channels: scope.layers[place]!.layout.channels, values: (await surveyed.layer(place)).means });
    return layers;
  };
  let rectifiers: Promise<PooledLayer[]> | null = null;
  return (own, where) => {
    const natural = () => {
      after ??= naturalAfter();
      return after;
    };
    if (where === 'after' || !rectified.includes(own)) return { source, tensors, own, natural };
    return {
      source: { ...source, model: before[own]!.model },
      tensors: tensors.map((tensor, b) => (b === own ? before[own]!.tensor : tensor)),
      own,
      natural: async () => {
        rectifiers ??= measureBefore(options, rectified, context);
        const layer = (await rectifiers)[rectified.indexOf(own)]!;
        return (await natural()).map((known, b) => (b === own ? layer : known));
      },
    };
  };
}

/** What the sampled pictures hold before the rectifiers of some blocks. */
async function measureBefore(
  { scope, surveyed, pictures, blocks }: WayOptions,
  rectified: readonly number[],
  { workspace, pool, signal }: AtlasContext,
): Promise<PooledLayer[]> {
  const layers = rectified.map((b) => scope.layers[blocks[b]!]!);
  const inputs = { surveyed: surveyed.inputs, layers: layers.map(({ layer }) => layer.name) };
  const stage = await workspace.stage({ name: 'before-rectifiers', version: 1, inputs }, async (out) => {
    const known = (await surveyed.layer(blocks[0]!)).pictures;
    const { preprocessing, setup, source } = scope;
    const chunks = Array.from({ length: Math.ceil(known.length / CHUNK) }, (_, i) => known.slice(i * CHUNK, (i + 1) * CHUNK));
    let { model } = source;
    const tensors: string[] = [];
    for (const { layer } of layers) {
      const before = beforeActivation(model, layer.tensor);
      model = before.model;
      tensors.push(before.tensor);
    }
    const parts = await mapLimited(chunks, pool.size, async (chunk) => {
      signal?.throwIfAborted();
      const seen = await Promise.all(
        chunk.map(async (picture) => {
          const bytes = await readFile(path.join(setup.folder, pictures[picture]!.file));
          return preprocess(await decodePicture(bytes, { maxMegapixels: setup.maxMegapixels }), preprocessing).seen;
        }),
      );
      return pooledActivations({ ...source, model }, seen, tensors, { preprocessing, pool });
    });
    const joined = layers.map(({ layout: { channels } }, l) => {
      const data = new Float32Array(known.length * channels);
      for (const [i, part] of parts.entries()) data.set(part[l]!.values, i * CHUNK * channels);
      return [String(l), { shape: [known.length, channels], data }] as const;
    });
    await out.write('means.safetensors', encodeSafetensors(Object.fromEntries(joined)));
  });
  const { tensors } = decodeSafetensors(await workspace.read(`${stage.path}/means.safetensors`));
  return layers.map(({ layout: { channels } }, l) => ({ channels, values: tensors.get(String(l))!.data as Float32Array }));
}
