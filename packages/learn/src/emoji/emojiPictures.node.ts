import type { RunTaskOptions, WorkerPool } from '@incognita/runtime';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import type { EmojiDrawing, EmojiWorld } from './loadEmoji.node.js';
import type { RasterizeArgs } from './rasterize.task.node.js';

const task = { module: new URL('../../dist/emoji/rasterize.task.node.js', import.meta.url).href, export: 'rasterize' };
const PER_TASK = 64;

/** Options of {@link emojiPictures}. */
export interface EmojiPictureOptions {
  readonly pool: WorkerPool;
  readonly sidePx: number;
  readonly signal?: AbortSignal;
  /** Called as drawings are done, with how many of all. */
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Renders drawings in workers; the label of a picture is the number of its concept in the world's list, its style that of its set.
 *
 * @example
 * const learnt = drawings.filter(({ set }) => set !== 'emojione');
 * const pictures = await emojiPictures(world, learnt, { pool, sidePx: 72 });
 */
export async function emojiPictures(
  world: EmojiWorld,
  drawings: readonly EmojiDrawing[],
  { pool, sidePx, signal, onProgress }: EmojiPictureOptions,
): Promise<LabelledPictures> {
  const pixels = new Uint8Array(new SharedArrayBuffer(drawings.length * 4 * sidePx * sidePx));
  const starts = Array.from({ length: Math.ceil(drawings.length / PER_TASK) }, (_, i) => i * PER_TASK);
  let done = 0;
  await Promise.all(
    starts.map((first) => {
      const svgs = drawings.slice(first, first + PER_TASK).map((drawing) => drawing.svg);
      const options: RunTaskOptions = { ...(signal && { signal }), onProgress: () => onProgress?.(++done, drawings.length) };
      return pool.run<RasterizeArgs, void>(task, { svgs, first, sidePx, pixels }, options);
    }),
  );
  const concepts = new Map(world.concepts.map(({ slug }, i) => [slug, i]));
  const styles = new Map(world.sets.map(({ name }, i) => [name, i]));
  return {
    pixels,
    sidePx,
    labels: Int32Array.from(drawings, ({ slug }) => concepts.get(slug)!),
    styles: Int32Array.from(drawings, ({ set }) => styles.get(set)!),
  };
}
