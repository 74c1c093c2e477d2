import type { WorkerPool } from '@incognita/runtime';
import type { DrawImagesArgs } from './drawImages.task.node.js';
import type { EmojiDrawing } from './loadEmoji.node.js';

const task = { module: new URL('../../dist/emoji/drawImages.task.node.js', import.meta.url).href, export: 'drawImages' };
const PER_TASK = 32;

/** Options of {@link emojiImages}. */
export interface EmojiImageOptions {
  readonly pool: WorkerPool;
  readonly sidePx: number;
  readonly signal?: AbortSignal;
  /** Takes each picture as it is done: the number of its drawing in the list, and a PNG on white. */
  readonly onImage: (drawing: number, png: Uint8Array) => void | Promise<void>;
}

/**
 * Renders drawings in workers as PNG files on white, for whoever wants them on disk. In memory: `emojiPictures`.
 *
 * @example await emojiImages(world.drawings, { pool, sidePx: 128, onImage: (i, png) => void images.set(i, png) });
 */
export async function emojiImages(
  drawings: readonly EmojiDrawing[],
  { pool, sidePx, signal, onImage }: EmojiImageOptions,
): Promise<void> {
  const starts = Array.from({ length: Math.ceil(drawings.length / PER_TASK) }, (_, i) => i * PER_TASK);
  await Promise.all(
    starts.map(async (first) => {
      const svgs = drawings.slice(first, first + PER_TASK).map(({ svg }) => svg);
      const images = await pool.run<DrawImagesArgs, Uint8Array[]>(task, { svgs, sidePx }, { ...(signal && { signal }) });
      for (const [i, png] of images.entries()) await onImage(first + i, png);
    }),
  );
}
