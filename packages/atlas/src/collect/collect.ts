import { decodeSafetensors, encodeSafetensors, streamSafetensors } from '@incognita/workspace';
import type { PicturesResult } from '../pictures/preparePictures.js';
import type { AtlasContext } from '../pipeline/options.js';
import { taskRef, toShared } from '../tasks.js';
import type { CollectArgs, ForwardSetup } from './collect.task.node.js';
import type { LayerMap } from './layerMap.js';
import { interior, positionsPerPicture, samplePositions } from './positions.js';

/** A layer to collect from. */
export interface LayerToCollect {
  readonly name: string;
  readonly tensor: string;
  readonly map: LayerMap;
}

/** The sampled activations of one layer. */
export interface Activations {
  /** Hash of the stage that holds them. */
  readonly hash: string;
  /** Path of the safetensors file in the workspace. */
  readonly file: string;
  readonly count: number;
  /** [count, channels], in shared memory. */
  readonly data: Float32Array;
  /** Index of each activation's picture among the used ones, and its place in the layer. */
  readonly picture: Int32Array;
  readonly row: Int32Array;
  readonly column: Int32Array;
}

export interface CollectOptions {
  readonly setup: ForwardSetup;
  readonly modelSha256: string;
  readonly pictures: PicturesResult;
  readonly layers: readonly LayerToCollect[];
  readonly activations: number;
  readonly seed: number;
}

/** Pictures of one stage: a broken-off run loses no more than these on each worker. */
const STAGE_PICTURES = 64;

/** What determines the activations of a stage of pictures. */
function stageInputs({ modelSha256, pictures, layers, activations, seed, setup }: CollectOptions) {
  return {
    model: modelSha256,
    pictures: [...pictures.hashes],
    layers: layers.map(({ name, tensor }) => [name, tensor]),
    activations,
    seed,
    batch: setup.batch,
  };
}

/** The positions sampled in every used picture of a layer. */
function positionsOf(layer: LayerToCollect, { pictures, activations, seed }: CollectOptions): Int32Array[] {
  const { height, width } = layer.map;
  const { rows, columns } = interior(height, width);
  const counts = positionsPerPicture({ activations, pictures: pictures.used.length, available: rows * columns });
  return Array.from(counts, (count, picture) => samplePositions({ seed, layer: layer.name, picture, height, width, count }));
}

/**
 * Collects activations of all layers in one forward pass a picture, in stages of 64 pictures; every layer's are then joined
 * into one file. Layers whose file is there already are not collected again.
 */
export async function collect(options: CollectOptions, context: AtlasContext): Promise<Activations[]> {
  const { workspace, pool, signal, onProgress } = context;
  const { pictures, layers, setup } = options;
  const positions = layers.map((layer) => positionsOf(layer, options));
  const total = pictures.used.length;
  const stages = Math.ceil(total / STAGE_PICTURES);
  let shards: Promise<string[]> | null = null;
  const collectShards = () => {
    let done = 0;
    const tick = (by: number) => {
      done += by;
      onProgress?.({ stage: 'collect', layer: null, done, total });
    };
    shards ??= Promise.all(
      Array.from({ length: stages }, async (_, s) => {
        const from = s * STAGE_PICTURES;
        const files = pictures.used.slice(from, from + STAGE_PICTURES).map(({ file }) => file);
        const args: CollectArgs = {
          ...setup,
          files,
          layers: layers.map(({ tensor, map }, l) => ({
            tensor,
            map,
            positions: positions[l]!.slice(from, from + files.length),
          })),
        };
        let counted = 0;
        const inputs = { ...stageInputs(options), part: s };
        const stage = await workspace.stage({ name: 'collect-part', version: 1, inputs }, async (out) => {
          const parts = await pool.run<CollectArgs, Float32Array[]>(
            taskRef('collect/collect.task.node', 'collectActivations'),
            args,
            {
              signal,
              onProgress: (by) => {
                counted += by as number;
                tick(by as number);
              },
            },
          );
          const named = parts.map((data, l) => [
            String(l),
            { shape: [data.length / layers[l]!.map.channels, layers[l]!.map.channels], data },
          ]);
          await out.write('activations.safetensors', encodeSafetensors(Object.fromEntries(named)));
        });
        tick(files.length - counted);
        return `${stage.path}/activations.safetensors`;
      }),
    );
    return shards;
  };
  const results: Activations[] = [];
  for (const [l, layer] of layers.entries()) {
    results.push(
      await joinParts({ layer, index: l, positions: positions[l]!, inputs: stageInputs(options) }, collectShards, context),
    );
  }
  return results;
}

interface Join {
  readonly layer: LayerToCollect;
  readonly index: number;
  readonly positions: readonly Int32Array[];
  readonly inputs: ReturnType<typeof stageInputs>;
}

async function joinParts({ layer, index, positions, inputs }: Join, parts: () => Promise<string[]>, { workspace }: AtlasContext) {
  const { channels, width } = layer.map;
  const count = positions.reduce((sum, some) => sum + some.length, 0);
  const picture = new Int32Array(count);
  const row = new Int32Array(count);
  const column = new Int32Array(count);
  let at = 0;
  for (const [p, some] of positions.entries()) {
    for (const position of some) {
      picture[at] = p;
      row[at] = Math.floor(position / width);
      column[at] = position % width;
      at++;
    }
  }
  const key = { name: 'activations', version: 1, inputs: { ...inputs, layer: layer.name } };
  const stage = await workspace.stage(key, async (out) => {
    const files = await parts();
    const file = await out.stream('activations.safetensors');
    const index32 = { dtype: 'I32', shape: [count] } as const;
    const stream = await streamSafetensors((bytes) => file.write(bytes), {
      activations: { dtype: 'F32', shape: [count, channels] },
      picture: index32,
      row: index32,
      column: index32,
    });
    for (const part of files) {
      const { tensors } = decodeSafetensors(await workspace.read(part));
      await stream.write('activations', tensors.get(String(index))!.data);
    }
    const whole = { picture, row, column };
    for (const name of stream.order) if (name !== 'activations') await stream.write(name, whole[name as keyof typeof whole]);
    await stream.end();
    await file.close();
  });
  const file = `${stage.path}/activations.safetensors`;
  const { tensors } = decodeSafetensors(await workspace.read(file));
  const data = toShared(tensors.get('activations')!.data as Float32Array);
  return { hash: stage.hash, file, count, data, picture, row, column };
}
