import { createRandom } from '@incognita/runtime';
import { drawAugmented, NO_AUGMENTATION } from './augment.js';
import type { LabelledPictures } from './pictureBatches.task.js';

/** Draws one of many pictures unchanged, on white, at any size: three planes (red, green, blue) of −1…1 from `at` of `out`. */
export function drawPlain(pictures: LabelledPictures, picture: number, out: Float32Array, at: number, sidePx: number): void {
  const source = { pixels: pictures.pixels, offset: 4 * picture * pictures.sidePx ** 2, sidePx: pictures.sidePx };
  drawAugmented(source, NO_AUGMENTATION, createRandom(0), out, at, sidePx);
}
