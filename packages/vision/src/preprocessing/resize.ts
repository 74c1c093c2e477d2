import type { Picture } from '../picture/picture.js';

/** The part of a resized picture that is computed: `width` × `height` pixels from column `x`, row `y` of the whole result. */
export interface ResizeWindow {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Resizes by antialiased bilinear interpolation: a triangle filter whose support grows with the reduction, separable, columns
 * first, in double precision, rounded once at the end. It is written here, and not left to a library, so that a model's
 * input is the same in Node and in a browser.
 *
 * Source: the convention of Pillow's `Image.BILINEAR` (python-pillow/Pillow `src/libImaging/Resample.c`), which rounds to 8 bits
 * between the two passes too; results agree with it within one level.
 *
 * @param window compute only this part of the result, as for a centre crop; default all of it.
 * @example resizePicture(picture, 224, 224)
 */
export function resizePicture(picture: Picture, widthPx: number, heightPx: number, window?: ResizeWindow): Picture {
  const part = window ?? { x: 0, y: 0, width: widthPx, height: heightPx };
  const whole = part.x === 0 && part.y === 0 && part.width === widthPx && part.height === heightPx;
  if (whole && picture.width === widthPx && picture.height === heightPx) return picture;
  const horizontal = taps(picture.width, widthPx, part.x, part.width);
  const vertical = taps(picture.height, heightPx, part.y, part.height);
  const firstRow = vertical.start[0]!;
  const lastRow = vertical.start[part.height - 1]! + vertical.count[part.height - 1]!;
  const rows = new Float64Array((lastRow - firstRow) * part.width * 3);
  for (let y = firstRow; y < lastRow; y++) {
    const from = y * picture.width * 3;
    let to = (y - firstRow) * part.width * 3;
    for (let x = 0; x < part.width; x++) {
      let r = 0;
      let g = 0;
      let b = 0;
      let at = from + horizontal.start[x]! * 3;
      const base = x * horizontal.width;
      for (let k = 0; k < horizontal.count[x]!; k++, at += 3) {
        const weight = horizontal.weights[base + k]!;
        r += weight * picture.data[at]!;
        g += weight * picture.data[at + 1]!;
        b += weight * picture.data[at + 2]!;
      }
      rows[to++] = r;
      rows[to++] = g;
      rows[to++] = b;
    }
  }
  const stripe = part.width * 3;
  const data = new Uint8Array(part.height * stripe);
  const sums = new Float64Array(stripe);
  for (let y = 0; y < part.height; y++) {
    sums.fill(0);
    for (let k = 0; k < vertical.count[y]!; k++) {
      const weight = vertical.weights[y * vertical.width + k]!;
      const from = (vertical.start[y]! + k - firstRow) * stripe;
      for (let i = 0; i < stripe; i++) sums[i]! += weight * rows[from + i]!;
    }
    for (let i = 0; i < stripe; i++) data[y * stripe + i] = Math.max(0, Math.min(255, Math.floor(sums[i]! + 0.5)));
  }
  return { width: part.width, height: part.height, data };
}

interface Taps {
  readonly start: Int32Array;
  readonly count: Int32Array;
  /** Weights of output i at i · width … */
  readonly weights: Float64Array;
  readonly width: number;
}

/** The input pixels that make up outputs `first` … `first + length − 1` of an axis that goes from `from` to `to` pixels. */
function taps(from: number, to: number, first: number, length: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const width = Math.ceil(support) * 2 + 1;
  const start = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Float64Array(length * width);
  for (let i = 0; i < length; i++) {
    const center = (first + i + 0.5) * scale;
    const low = Math.max(0, Math.floor(center - support + 0.5));
    const high = Math.min(from, Math.floor(center + support + 0.5));
    let sum = 0;
    for (let x = low; x < high; x++)
      sum += weights[i * width + x - low] = Math.max(0, 1 - Math.abs((x + 0.5 - center) / support));
    for (let k = 0; k < high - low; k++) weights[i * width + k]! /= sum;
    start[i] = low;
    count[i] = high - low;
  }
  return { start, count, weights, width };
}
