import type { Picture } from '../picture/picture.js';
import { fit } from '../preprocessing/preprocess.js';
import { LUMA, type Preprocessing } from '../preprocessing/preprocessing.js';

/**
 * A picture as values in 0 … 1, [planes, h, w], resized as the network sees it: what attributions start from. Grey networks see its brightness.
 *
 * @throws RangeError for networks whose planes are neither colours nor grey.
 */
export function pictureValues(picture: Picture, preprocessing: Preprocessing): Float32Array {
  const planes = preprocessing.mean.length;
  if (planes !== 1 && planes !== 3)
    throw new RangeError(`A picture has colours; the network takes ${planes} planes. Give the values themselves.`);
  const { width, height, data } = fit(picture, preprocessing);
  const pixels = width * height;
  return Float32Array.from({ length: planes * pixels }, (_, i) => {
    const p = (i % pixels) * 3;
    if (planes === 3) return data[p + Math.floor(i / pixels)]! / 255;
    return Math.round(LUMA[0]! * data[p]! + LUMA[1]! * data[p + 1]! + LUMA[2]! * data[p + 2]!) / 255;
  });
}
