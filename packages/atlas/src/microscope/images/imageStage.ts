import { imageInput } from '@incognita/onnx';
import {
  channelObjective,
  diversity,
  isTrusted,
  judgeTrust,
  pooledActivations,
  prepareVisualization,
  sum,
  unit,
  type Visualized,
  visualize,
} from '@incognita/vision';
import type { ChannelImages, Json } from '@incognita/workspace';
import type { AtlasContext } from '../../pipeline/options.js';
import { seedOf } from '../../random.js';
import type { Scope, ScopeLayer } from '../prepareMicroscope.node.js';
import { imageSheet, type ScoredImage, SHEET_COLUMNS, scoreTable } from './files.js';
import type { Way } from './way.node.js';

/** The three kinds of images: see {@link ChannelImages}. */
export type ImageKind = ChannelImages['kind'];

/** What the images of one kind of a layer are made and judged with. */
export interface ImageOptions {
  readonly scope: Scope;
  readonly layer: ScopeLayer;
  readonly kind: ImageKind;
  readonly channels: readonly number[];
  readonly steps: number;
  readonly way: Way;
  /** Of diverse images: what an image alone reaches in each channel, which says how much difference is worth. */
  readonly reached?: readonly number[];
  /** Identifies what the natural values were made from. */
  readonly surveyed: Json;
  /** Told how many images are finished, parts included. */
  readonly onProgress?: (images: number) => void;
}

/** What a stage of images made. */
export interface MadeImages {
  readonly images: ChannelImages;
  /** Images, and those above all marks of trust. */
  readonly count: number;
  readonly trusted: number;
  /** Activation of each channel's first image. */
  readonly reached: readonly number[];
}

/** Seeds of a channel: of positive and negative images the best is kept, and the others tell whether another seed finds the same. */
const SEEDS = 3;
/** Diverse images of a channel, which are optimised together. */
const DIVERSE = 4;
/** Side of images where the model leaves its size open. */
const SIDE_PX = 96;
const BATCH = 4;

/** Images optimised for each channel, those that are not kept included. */
export function imagesPerChannel(kind: ImageKind, batch: number | null): number {
  return kind === 'diverse' ? (batch ?? DIVERSE) : SEEDS;
}

/**
 * Optimises images of some channels of a layer and judges them. Diverse images of a channel share a batch, in which they are pushed apart by as much as an image
 * alone excites the channel.
 */
export async function imageStage(options: ImageOptions, { workspace, pool, signal }: AtlasContext): Promise<MadeImages> {
  const { scope, layer, kind, channels, steps, way, surveyed } = options;
  const { preprocessing, seed } = scope;
  const { name, tensor } = layer.layer;
  const { source: _source, statement: _statement, ...rule } = preprocessing;
  const fixed = imageInput(scope.source.model);
  const size = { widthPx: fixed.width ?? SIDE_PX, heightPx: fixed.height ?? SIDE_PX };
  const each = imagesPerChannel(kind, fixed.batch);
  const inputs = {
    model: scope.modelSha256,
    tensor,
    kind,
    channels: [...channels],
    steps,
    seed,
    sizePx: size,
    way: [...way.tensors],
    surveyed,
    preprocessing: { ...rule, mean: [...rule.mean], std: [...rule.std] },
  };
  type Value = Pick<MadeImages, 'count' | 'trusted'> & { reached: number[] };
  const stage = await workspace.stage<Value>({ name: 'channel-images', version: 2, inputs }, async (out) => {
    const sign = kind === 'negative' ? -1 : 1;
    const own = unit(way.tensors[way.own]!, { vector: [] }, channelObjective());
    const prepared = prepareVisualization(way.source, {
      objective: kind === 'diverse' ? sum(own, diversity(tensor, 1)) : own,
      preprocessing,
      sizePx: size,
      steps,
      batch: kind === 'diverse' ? each : BATCH,
    });
    const jobs = channels.flatMap((channel, n) =>
      Array.from({ length: each }, (_, k) => ({
        channel,
        scale: scaleOf(options.reached?.[n]),
        seed: seedFor(kind, channel, k),
      })),
    );
    // A target scaled by what is reached makes the share of diversity the same for all channels of one graph.
    const targets = new Float32Array(jobs.length * layer.layout.channels);
    for (const [i, { channel, scale }] of jobs.entries()) targets[i * layer.layout.channels + channel] = sign / scale;
    const made = await visualize(pool, prepared, {
      seeds: jobs.map((job) => job.seed),
      targets,
      ...(signal === undefined ? {} : { signal }),
      onProgress: shareOf(steps, jobs.length, prepared.renderer.batch, options.onProgress),
    });
    const natural = await way.natural();
    const pictures = jobs.map((_, i) => pictureAt(made, i));
    const pooled = await pooledActivations(way.source, pictures, way.tensors, { preprocessing, pool });
    const kept: { index: number; scored: ScoredImage }[] = channels.flatMap((channel, n) => {
      const all = Array.from({ length: each }, (_, k) => n * each + k);
      const order = all.sort((a, b) => made.dots[b]! - made.dots[a]! || a - b);
      // Diverse images are meant to differ: each is judged alone.
      const groups = kind === 'diverse' ? order.map((i) => [i]) : [order];
      return groups.map((group) => {
        const [index] = group as [number];
        const activation = sign * jobs[index]!.scale * made.dots[index]!;
        const images = pooled.map(({ channels: width, values }) => ({
          channels: width,
          values: Float32Array.from(group.flatMap((i) => [...values.subarray(i * width, (i + 1) * width)])),
        }));
        const evidence = {
          natural,
          own: way.own,
          channel,
          sign,
          images,
          reached: activation,
          cosine: made.cosines[index]!,
        } as const;
        return { index, scored: { channel, seed: jobs[index]!.seed, activation, ...judgeTrust(evidence) } };
      });
    });
    const sheet = kept.map(({ index }) => pictures[index]!);
    await out.write('images.webp', await imageSheet(sheet));
    const scores = kept.map(({ scored }) => scored);
    await out.write('scores.parquet', scoreTable(scores, steps));
    const first = channels.map((channel) => scores.find((score) => score.channel === channel)!.activation);
    return { count: kept.length, trusted: scores.filter(isTrusted).length, reached: first };
  });
  const { count, trusted, reached } = stage.value;
  const images: ChannelImages = {
    kind,
    method: 'fourier',
    at: 'everywhere',
    ...(way.tensors[way.own] === tensor ? {} : { beforeRectifier: true }),
    steps,
    sheets: [
      {
        file: `${stage.path}/images.webp`,
        columns: SHEET_COLUMNS,
        tilePx: Math.max(size.widthPx, size.heightPx),
        ids: Array.from({ length: count }, (_, row) => row),
      },
    ],
    scores: `${stage.path}/scores.parquet`,
  };
  return { images, count, trusted, reached };

  function seedFor(of: ImageKind, channel: number, k: number): number {
    return of === 'positive' ? seedOf(seed, 'channel', name, channel, k) : seedOf(seed, of, name, channel, k);
  }
}

/** The unit of measure of a channel's objective; 1 for channels that nothing excites. */
function scaleOf(reached: number | undefined): number {
  return reached !== undefined && Math.abs(reached) > 1e-6 ? Math.abs(reached) : 1;
}

function pictureAt({ widthPx, heightPx, pictures }: Visualized, i: number) {
  const bytes = widthPx * heightPx * 3;
  return { width: widthPx, height: heightPx, data: pictures.slice(i * bytes, (i + 1) * bytes) };
}

/** Adds up the shares of the batches of one call. */
function shareOf(steps: number, total: number, batch: number, report?: (images: number) => void) {
  const done = new Map<number, number>();
  return ({ from, step }: { readonly from: number; readonly step: number }): void => {
    done.set(from, (step / steps) * Math.min(batch, total - from));
    report?.([...done.values()].reduce((a, b) => a + b, 0));
  };
}
