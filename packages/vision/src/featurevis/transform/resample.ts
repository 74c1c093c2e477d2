import type { PictureSize } from '../../layout/pictureShapes.js';
import type { Affine } from './affine.js';

/**
 * One bilinear resampling of a square grid as a sparse linear map: output pixel i mixes the four source pixels at `base[i]`, right of it, and
 * below both, with `weights[4 i …]`; `outside[i]` is the share that falls outside the picture.
 */
export interface Resampling {
  /** The output. */
  readonly widthPx: number;
  readonly heightPx: number;
  /** The source, of its own size where a window or a crop of it is seen. */
  readonly from: PictureSize;
  readonly planes: number;
  readonly base: Int32Array;
  readonly weights: Float32Array;
  readonly outside: Float32Array;
}

/**
 * An empty resampling to pictures of a size from those of the same or another size, all at least 2 × 2; {@link planResampling} fills it, again and
 * again.
 */
export function createResampling(
  { widthPx, heightPx }: PictureSize,
  { from = { widthPx, heightPx }, planes = 3 }: { readonly from?: PictureSize; readonly planes?: number } = {},
): Resampling {
  for (const side of [{ widthPx, heightPx }, from])
    if (side.widthPx < 2 || side.heightPx < 2)
      throw new RangeError(`Pictures of at least 2×2 pixels can be resampled, not ${side.widthPx}×${side.heightPx}.`);
  const pixels = widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    from,
    planes,
    base: new Int32Array(pixels),
    weights: new Float32Array(4 * pixels),
    outside: new Float32Array(pixels),
  };
}

/** Works out the weights for one transform. Beyond the picture lies a constant. */
export function planResampling(resampling: Resampling, { xx, xy, yx, yy, x0, y0 }: Affine): void {
  const { widthPx, heightPx, base, weights, outside } = resampling;
  const { widthPx: w, heightPx: h } = resampling.from;
  const [middleX, middleY] = [(widthPx - 1) / 2, (heightPx - 1) / 2];
  for (let row = 0, i = 0; row < heightPx; row++) {
    const y = row - middleY;
    const startX = xy * y + x0 + (w - 1) / 2;
    const startY = yy * y + y0 + (h - 1) / 2;
    for (let column = 0; column < widthPx; column++, i++) {
      const x = column - middleX;
      const sourceX = xx * x + startX;
      const sourceY = yx * x + startY;
      let left = Math.floor(sourceX);
      let top = Math.floor(sourceY);
      let right = sourceX - left;
      let bottom = sourceY - top;
      let leftShare = 1 - right;
      let topShare = 1 - bottom;
      if (left < 0 || left > w - 2) {
        if (left === -1) leftShare = right;
        else if (left !== w - 1) leftShare = 0;
        right = left === w - 1 ? leftShare : 0;
        if (left === w - 1) leftShare = 0;
        left = left < 0 ? 0 : w - 2;
      }
      if (top < 0 || top > h - 2) {
        if (top === -1) topShare = bottom;
        else if (top !== h - 1) topShare = 0;
        bottom = top === h - 1 ? topShare : 0;
        if (top === h - 1) topShare = 0;
        top = top < 0 ? 0 : h - 2;
      }
      base[i] = top * w + left;
      weights[4 * i] = leftShare * topShare;
      weights[4 * i + 1] = right * topShare;
      weights[4 * i + 2] = leftShare * bottom;
      weights[4 * i + 3] = right * bottom;
      outside[i] = 1 - (leftShare + right) * (topShare + bottom);
    }
  }
}

/**
 * Applies a resampling to image `image` of `source` [n, planes, from] and writes it to the same place of `target` [n, planes, h, w]:
 * T x + constant outside.
 */
export function resample(
  resampling: Resampling,
  source: Float32Array,
  target: Float32Array,
  image: number,
  padValue: number,
): void {
  const { from, planes, base, weights, outside } = resampling;
  const w = from.widthPx;
  const pixels = base.length;
  const size = w * from.heightPx;
  for (let p = image * planes; p < (image + 1) * planes; p++) {
    const plane = source.subarray(p * size, (p + 1) * size);
    const out = target.subarray(p * pixels, (p + 1) * pixels);
    for (let i = 0; i < pixels; i++) {
      const at = base[i]!;
      out[i] =
        weights[4 * i]! * plane[at]! +
        weights[4 * i + 1]! * plane[at + 1]! +
        weights[4 * i + 2]! * plane[at + w]! +
        weights[4 * i + 3]! * plane[at + w + 1]! +
        padValue * outside[i]!;
    }
  }
}

/** The exact adjoint of {@link resample}'s linear part, added up: target += Tᵀ source, image `image` of both. */
export function resampleAdjoint(resampling: Resampling, source: Float32Array, target: Float32Array, image: number): void {
  const { from, planes, base, weights } = resampling;
  const w = from.widthPx;
  const pixels = base.length;
  const size = w * from.heightPx;
  for (let p = image * planes; p < (image + 1) * planes; p++) {
    const cotangent = source.subarray(p * pixels, (p + 1) * pixels);
    const plane = target.subarray(p * size, (p + 1) * size);
    for (let i = 0; i < pixels; i++) {
      const at = base[i]!;
      const g = cotangent[i]!;
      plane[at]! += weights[4 * i]! * g;
      plane[at + 1]! += weights[4 * i + 1]! * g;
      plane[at + w]! += weights[4 * i + 2]! * g;
      plane[at + w + 1]! += weights[4 * i + 3]! * g;
    }
  }
}
