import { imageInput } from '@incognita/onnx';
import {
  channelObjective,
  encodeWebp,
  isTrusted,
  judgeTrust,
  type PooledLayer,
  packSheet,
  pooledActivations,
  prepareVisualization,
  type Trust,
  unit,
  visualize,
} from '@incognita/vision';
import { type ChannelImages, type Json, writeParquet } from '@incognita/workspace';
import type { AtlasContext } from '../pipeline/options.js';
import { seedOf } from '../random.js';
import type { Scope, ScopeLayer } from './prepareMicroscope.node.js';

/** What the images of one layer are made and judged with. */
export interface ImageOptions {
  readonly scope: Scope;
  readonly layer: ScopeLayer;
  readonly channels: readonly number[];
  readonly steps: number;
  /** The layers on the way, this one and those behind it in order: their tensors and what sampled pictures hold there. */
  readonly way: { readonly tensors: readonly string[]; readonly own: number; natural(): Promise<readonly PooledLayer[]> };
  /** Identifies what the natural values were made from. */
  readonly surveyed: Json;
}

/** Images of each channel; they tell whether another seed finds the same. */
const SEEDS = 3;
/** Side of images where the model leaves its size open. */
const SIDE_PX = 96;
const BATCH = 4;
const COLUMNS = 8;

interface Scored extends Trust {
  readonly channel: number;
  readonly seed: number;
  readonly activation: number;
}

/** Optimises images of some channels of a layer, from three seeds each, and judges the best of each channel. */
export async function imageStage(options: ImageOptions, { workspace, pool, signal, onProgress }: AtlasContext) {
  const { scope, layer, channels, steps, way, surveyed } = options;
  const { source, preprocessing, seed } = scope;
  const { tensor, name } = layer.layer;
  const { source: _source, statement: _statement, ...rule } = preprocessing;
  const fixed = imageInput(source.model);
  const sizePx = { widthPx: fixed.width ?? SIDE_PX, heightPx: fixed.height ?? SIDE_PX };
  const inputs = {
    model: scope.modelSha256,
    tensor,
    channels: [...channels],
    steps,
    seed,
    sizePx,
    way: [...way.tensors],
    surveyed,
    preprocessing: { ...rule, mean: [...rule.mean], std: [...rule.std] },
  };
  const stage = await workspace.stage<{ trusted: number }>({ name: 'channel-images', version: 1, inputs }, async (out) => {
    const objective = unit(tensor, { vector: [] }, channelObjective());
    const prepared = prepareVisualization(source, { objective, preprocessing, sizePx, steps, batch: BATCH });
    const jobs = channels.flatMap((channel) =>
      Array.from({ length: SEEDS }, (_, k) => ({ channel, seed: seedOf(seed, 'channel', name, channel, k) })),
    );
    const targets = new Float32Array(jobs.length * layer.layout.channels);
    for (const [i, { channel }] of jobs.entries()) targets[i * layer.layout.channels + channel] = 1;
    const done = new Map<number, number>();
    const report = (from: number, share: number): void => {
      done.set(from, share * Math.min(BATCH, jobs.length - from));
      const images = [...done.values()].reduce((a, b) => a + b, 0);
      onProgress?.({ stage: 'icons', layer: name, done: Math.floor(images), total: jobs.length });
    };
    const made = await visualize(pool, prepared, {
      seeds: jobs.map((job) => job.seed),
      targets,
      ...(signal === undefined ? {} : { signal }),
      onProgress: ({ from, step }) => report(from, step / steps),
    });
    const bytes = made.widthPx * made.heightPx * 3;
    const pictures = jobs.map((_, i) => ({
      width: made.widthPx,
      height: made.heightPx,
      data: made.pictures.slice(i * bytes, (i + 1) * bytes),
    }));
    const natural = await way.natural();
    const pooled = await pooledActivations(source, pictures, way.tensors, { preprocessing, pool });
    const best = channels.map((channel, n) => {
      const own = Array.from({ length: SEEDS }, (_, k) => n * SEEDS + k).sort((a, b) => made.dots[b]! - made.dots[a]! || a - b);
      const images = pooled.map((held) => ({
        channels: held.channels,
        values: Float32Array.from(own.flatMap((i) => [...held.values.subarray(i * held.channels, (i + 1) * held.channels)])),
      }));
      const [i] = own as [number];
      const trust = judgeTrust({
        natural,
        own: way.own,
        channel,
        images,
        reached: made.dots[i]!,
        cosine: made.cosines[i]!,
      });
      return { picture: pictures[i]!, scored: { channel, seed: jobs[i]!.seed, activation: made.dots[i]!, ...trust } };
    });
    const sheet = packSheet(
      best.map(({ picture }) => squared(picture.data, made)),
      { tilePx: Math.max(made.widthPx, made.heightPx), columns: COLUMNS },
    );
    await out.write('images.webp', await encodeWebp(sheet, { quality: 90 }));
    await out.write(
      'scores.parquet',
      scoreTable(
        best.map(({ scored }) => scored),
        steps,
      ),
    );
    return { trusted: best.filter(({ scored }) => isTrusted(scored)).length };
  });
  const images: ChannelImages = {
    kind: 'positive',
    method: 'fourier',
    at: 'everywhere',
    steps,
    sheets: [
      {
        file: `${stage.path}/images.webp`,
        columns: COLUMNS,
        tilePx: Math.max(sizePx.widthPx, sizePx.heightPx),
        ids: channels.map((_, row) => row),
      },
    ],
    scores: `${stage.path}/scores.parquet`,
  };
  return { images, trusted: stage.value.trusted };
}

/** An oblong picture in the middle of a white square. */
function squared(data: Uint8Array, { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): Uint8Array {
  if (widthPx === heightPx) return data;
  const side = Math.max(widthPx, heightPx);
  const out = new Uint8Array(side * side * 3).fill(255);
  const [left, top] = [Math.floor((side - widthPx) / 2), Math.floor((side - heightPx) / 2)];
  for (let y = 0; y < heightPx; y++)
    out.set(data.subarray(y * widthPx * 3, (y + 1) * widthPx * 3), ((top + y) * side + left) * 3);
  return out;
}

function scoreTable(rows: readonly Scored[], steps: number): Uint8Array {
  const float = (name: keyof Scored, nullable = false) =>
    ({ name, type: 'float', nullable, data: rows.map((row) => row[name]) }) as Parameters<typeof writeParquet>[0][number];
  return writeParquet([
    { name: 'channel', type: 'int32', data: rows.map(({ channel }) => channel) },
    { name: 'seed', type: 'double', data: rows.map(({ seed }) => seed) },
    float('activation'),
    float('naturalPercentile'),
    float('cosine'),
    float('seedAgreement', true),
    float('pathSimilarity', true),
    float('pathSimilarityNatural', true),
    float('twoAlternative', true),
    float('twoAlternativeNatural', true),
    { name: 'steps', type: 'int32', data: rows.map(() => steps) },
  ]);
}
