import type { Model } from '@incognita/onnx';
import type { Random } from '@incognita/runtime';
import type { Picture } from '../../picture/picture.js';

/** Names of values in the graphs of a {@link Parameterization}. */
export const PARAMETERS = 'parameters';
export const LOGITS = 'logits';

/** The size of an optimised picture. */
export interface PlaneSize {
  readonly widthPx: number;
  readonly heightPx: number;
  /** 3 for colour (default), 1 for grey, or as many as the network's input has. */
  readonly planes?: number;
}

/**
 * A way to write a picture as free parameters. The picture is the sigmoid of `logits`, which an ONNX graph makes of the parameters, so that
 * the way back is one too.
 */
export interface Parameterization {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly planes: number;
  /** Parameters of one picture. */
  readonly size: number;
  /** `parameters` [batch, size] → `logits` [batch, planes, h, w] (before the sigmoid). */
  logitsGraph(batch: number): Model;
  /** Deviation of the parameters that pictures start from. */
  readonly noiseDeviation: number;
  /** Parameters of a random picture: normal with deviation `sd`. */
  noise(random: Random, sd: number): Float32Array;
  /**
   * Parameters whose picture is the given one, which must have this size; colours are kept off 0 and 255 by 2 %.
   * @throws Error where this way of writing pictures has none for most.
   */
  fromPicture(picture: Picture): Float32Array;
}

/** Deviation of the noise that pictures start from. Source: tensorflow/lucid `lucid/optvis/param/images.py`. */
export const LUCID_NOISE = 0.01;

/** How near to black and white a starting picture may come, as a share of the range: the logit of 0 and 1 is infinite. */
const MARGIN = 0.02;

/** Logits [planes, pixels] of a picture: of its colours, of its mean for one plane, of grey for planes that are no colours. */
export function pictureLogits({ width, height, data }: Picture, planes: number): Float64Array {
  const pixels = width * height;
  const logits = new Float64Array(planes * pixels);
  for (let i = 0; i < pixels; i++)
    for (let c = 0; c < planes; c++) {
      const [r, g, b] = [data[i * 3]!, data[i * 3 + 1]!, data[i * 3 + 2]!];
      const byte = planes === 3 ? data[i * 3 + c]! : (r + g + b) / 3;
      const value = Math.max(MARGIN, Math.min(1 - MARGIN, byte / 255));
      logits[c * pixels + i] = Math.log(value / (1 - value));
    }
  return logits;
}

/** @throws RangeError when the picture has another size. */
export function checkSize(picture: Picture, { widthPx, heightPx }: { widthPx: number; heightPx: number }): void {
  if (picture.width !== widthPx || picture.height !== heightPx)
    throw new RangeError(`A picture of ${widthPx}×${heightPx} pixels is needed, but it has ${picture.width}×${picture.height}.`);
}
