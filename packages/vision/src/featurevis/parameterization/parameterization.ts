import type { Model } from '@incognita/onnx';
import type { Random } from '@incognita/runtime';
import type { Picture } from '../../picture/picture.js';

/** Names of values in the graphs of a {@link Parameterization}. */
export const PARAMETERS = 'parameters';
export const LOGITS = 'logits';

/**
 * A way to write a picture as free parameters. The picture is sigmoid(A · parameters) with a linear map A; A is an ONNX graph, so that its
 * adjoint is one too.
 */
export interface Parameterization {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Parameters of one picture. */
  readonly size: number;
  /** The linear map: `parameters` [batch, size] → `logits` [batch, 3, h, w] (RGB before the sigmoid). */
  linearGraph(batch: number): Model;
  /** Parameters of a faint random picture: normal with deviation `sd`. */
  noise(random: Random, sd: number): Float32Array;
  /** Parameters whose picture is the given one, which must have this size; colours are kept off 0 and 255 by `margin`. */
  fromPicture(picture: Picture): Float32Array;
}

/** How near to black and white a starting picture may come, as a share of the range: the logit of 0 and 1 is infinite. */
const MARGIN = 0.02;

/** RGB logits [3, pixels] of a picture, colours kept 2 % off black and white. */
export function pictureLogits({ width, height, data }: Picture): Float64Array {
  const pixels = width * height;
  const logits = new Float64Array(3 * pixels);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < 3; c++) {
      const value = Math.max(MARGIN, Math.min(1 - MARGIN, data[i * 3 + c]! / 255));
      logits[c * pixels + i] = Math.log(value / (1 - value));
    }
  return logits;
}

/** @throws RangeError when the picture has another size. */
export function checkSize(picture: Picture, { widthPx, heightPx }: { widthPx: number; heightPx: number }): void {
  if (picture.width !== widthPx || picture.height !== heightPx)
    throw new RangeError(`A picture of ${widthPx}×${heightPx} pixels is needed, but it has ${picture.width}×${picture.height}.`);
}
