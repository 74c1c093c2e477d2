import { drawPlain } from '../pictures/drawPlain.js';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import type { Features } from './features.js';

/** A picture as the features see it: three planes (red, green, blue) of −1…1, [3, sidePx, sidePx]. */
export interface Planes {
  readonly data: Float32Array;
  readonly sidePx: number;
}

/** One of the pictures, unchanged, on white. */
export function planesOf(pictures: LabelledPictures, picture: number, sidePx: number): Planes {
  const data = new Float32Array(3 * sidePx * sidePx);
  drawPlain(pictures, picture, data, 0, sidePx);
  return { data, sidePx };
}

/**
 * The pixels themselves, made small by the mean of each block: what the first learning machines were given.
 *
 * @param sidePx side of the small picture; the pictures' own side is a multiple of it.
 * @example const features = pixelFeatures(pictures, { sidePx: 16 }); // 768 numbers a picture
 */
export function pixelFeatures(pictures: LabelledPictures, { sidePx }: { readonly sidePx: number }): Features {
  const block = pictures.sidePx / sidePx;
  if (!Number.isInteger(block))
    throw new RangeError(
      `Pictures of ${pictures.sidePx} pixels cannot be cut into ${sidePx} equal blocks a side; choose a divisor of ${pictures.sidePx}.`,
    );
  const count = pictures.labels.length;
  const dims = 3 * sidePx * sidePx;
  const data = new Float32Array(count * dims);
  for (let picture = 0; picture < count; picture++) {
    const { data: planes, sidePx: from } = planesOf(pictures, picture, pictures.sidePx);
    for (let row = 0; row < 3 * from; row++)
      for (let column = 0; column < from; column++) {
        // The rows of the three planes follow each other, and a block never crosses from one to the next.
        const small = Math.floor(row / block) * sidePx + Math.floor(column / block);
        data[picture * dims + small]! += planes[row * from + column]! / block ** 2;
      }
  }
  return { count, dims, data };
}
