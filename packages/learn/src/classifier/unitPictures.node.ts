import { type Model, write } from '@incognita/onnx';
import { type TaskRef, WorkerPool } from '@incognita/runtime';
import { encodeWebp, packSheet } from '@incognita/vision';
import type { UnitPictures, UnitPicturesArgs } from './unitPictures.task.node.js';
import type { WatchedUnit } from './watchedUnits.js';

const task: TaskRef = {
  module: new URL('../../dist/classifier/unitPictures.task.node.js', import.meta.url).href,
  export: 'optimiseUnits',
};

/** How many steps a picture that is made while a network learns gets: enough for its shape, a second or two. */
export const UNIT_PICTURE_STEPS = 64;

/** Options of {@link unitPictures}. */
export interface UnitPicturesOptions {
  readonly units: readonly WatchedUnit[];
  readonly classes: number;
  readonly sidePx: number;
  /** Default {@link UNIT_PICTURE_STEPS}. */
  readonly steps?: number;
  readonly signal?: AbortSignal;
}

/**
 * Optimised pictures of units of a classifier that is still learning, as one WebP of tiles, made in a worker of its own beside the training's.
 *
 * @example
 * const units = watchedUnits(model, { classes: 10, count: 8 });
 * const { sheet, scores } = await unitPictures(model, { units, classes: 10, sidePx: 32 });
 */
export async function unitPictures(
  model: Model,
  options: UnitPicturesOptions,
): Promise<{ readonly sheet: Uint8Array; readonly columns: number; readonly scores: Float32Array }> {
  const { units, classes, sidePx, steps = UNIT_PICTURE_STEPS, signal } = options;
  const pool = new WorkerPool({ workers: 1 });
  try {
    const args: UnitPicturesArgs = { bytes: write(model), units, classes, sidePx, steps };
    const { pictures, scores } = await pool.run<UnitPicturesArgs, UnitPictures>(task, args, signal ? { signal } : {});
    const size = sidePx * sidePx * 3;
    const tiles = units.map((_, i) => pictures.subarray(i * size, (i + 1) * size));
    const { columns, ...sheet } = packSheet(tiles, { tilePx: sidePx });
    return { sheet: await encodeWebp(sheet, { quality: 85 }), columns, scores };
  } finally {
    await pool.dispose();
  }
}
