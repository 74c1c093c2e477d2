import { MissingRuleError, NoPathError } from '@incognita/autodiff';
import { imageInput } from '@incognita/onnx';
import { mapLimited } from '../../pipeline/mapLimited.js';
import type { AtlasContext } from '../../pipeline/options.js';
import type { MicroscopeOptions } from '../options.js';
import type { Scope } from '../prepareMicroscope.node.js';
import { type ImageKind, imageStage, imagesPerChannel, type MadeImages } from './imageStage.js';
import { type WayOptions, waysOf } from './way.node.js';

const STEPS = 192;
/** Channels of each block with images, of each kind, where nothing is said. */
export const DEFAULT_CHANNELS = 4;

/** What images are made of and whom they are handed to. */
export interface PaintOptions extends WayOptions {
  readonly options: MicroscopeOptions;
  /** Called when a kind of a block's images is there. */
  readonly onImages: (place: number, made: MadeImages) => void;
  /** Called once the images of what excites channels are there, before those that take longest. */
  readonly between: () => Promise<void>;
  /** Called where a block has none. */
  readonly onNone: (place: number, reason: string) => void;
}

interface Job {
  readonly b: number;
  readonly place: number;
  /** Channels of each kind. */
  readonly channels: Readonly<Record<ImageKind, readonly number[]>>;
}

/** Optimises the images that were asked for: what excites channels of every block first, then what silences them, then diverse ones. */
export async function paintBlocks(painting: PaintOptions, context: AtlasContext): Promise<void> {
  const { scope, surveyed, blocks, options, onImages, onNone, between } = painting;
  const wayOf = waysOf(painting, context);
  const { batch } = imageInput(scope.source.model);
  const jobs = blocks.map((place, b): Job => {
    const shown = spread(options.images ?? DEFAULT_CHANNELS, scope.layers[place]!.layout.channels);
    const some = (which: MicroscopeOptions['images'] = DEFAULT_CHANNELS) => spread(which, shown.length).map((i) => shown[i]!);
    const diverse = batch === 1 ? [] : some(options.diverse);
    return { b, place, channels: { positive: shown, negative: some(options.negative), diverse } };
  });
  const kinds: readonly ImageKind[] = ['positive', 'negative', 'diverse'];
  const countOf = (kind: ImageKind, { channels }: Job): number => channels[kind].length * imagesPerChannel(kind, batch);
  const total = kinds.reduce((sum, kind) => sum + jobs.reduce((all, job) => all + countOf(kind, job), 0), 0);
  const done = new Map<string, number>();
  const alone = new Map<number, MadeImages>();
  const failed = new Set<number>();
  for (const kind of kinds) {
    if (kind === 'negative') await between();
    await mapLimited(jobs, context.pool.size, async (job) => {
      const { b, place, channels } = job;
      if (channels[kind].length === 0) return;
      const layer = scope.layers[place]!;
      const report = (images: number): void => {
        done.set(`${kind} ${place}`, images);
        const finished = Math.floor([...done.values()].reduce((a, b) => a + b, 0));
        context.onProgress?.({ stage: 'images', layer: layer.layer.name, done: finished, total });
      };
      if (failed.has(place)) return report(countOf(kind, job));
      context.signal?.throwIfAborted();
      try {
        const reached = channels[kind].map((channel) => alone.get(place)?.reached[channels.positive.indexOf(channel)] ?? 0);
        const made = await imageStage(
          {
            scope,
            layer,
            kind,
            channels: channels[kind],
            steps: options.steps ?? STEPS,
            way: wayOf(b, kind === 'negative' ? 'before' : 'after'),
            surveyed: surveyed.inputs,
            onProgress: report,
            ...(kind === 'diverse' ? { reached } : {}),
          },
          context,
        );
        if (kind === 'positive') alone.set(place, made);
        onImages(place, made);
      } catch (error) {
        if (!(error instanceof MissingRuleError || error instanceof NoPathError)) throw error;
        failed.add(place);
        onNone(place, error.message);
      }
      report(countOf(kind, job));
    });
  }
}

/** Whether there is anything to do. */
export function wantsImages({ images = DEFAULT_CHANNELS }: MicroscopeOptions): boolean {
  return images !== 'none' && images !== 0;
}

/** Why diverse images that were asked for cannot be made; null where they can or were not asked for. */
export function noDiverse({ source }: Scope, options: MicroscopeOptions): string | null {
  const { diverse = DEFAULT_CHANNELS } = options;
  if (!wantsImages(options) || diverse === 'none' || diverse === 0 || imageInput(source.model).batch !== 1) return null;
  return 'the model insists on one picture at a time, and they are optimised together';
}

/** So many of `total` things, spread evenly. */
export function spread(which: 'all' | 'none' | number, total: number): number[] {
  const count = which === 'all' ? total : which === 'none' ? 0 : Math.min(which, total);
  return Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
}
