import { imageInput, type Model } from '@incognita/onnx';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { PictureSize } from './pictureShapes.js';

/** The size of the pictures that a network sees: its own where it is fixed, else that of the preprocessing. */
export function pictureSizeOf(model: Model, { widthPx, heightPx }: Preprocessing): PictureSize {
  const { width, height } = imageInput(model);
  return { widthPx: width ?? widthPx, heightPx: height ?? heightPx };
}
