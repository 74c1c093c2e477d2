import type { Affine } from './affine.js';

/**
 * One bilinear resampling of a square grid as a sparse linear map: output pixel i mixes the four source pixels at `base[i]`, right of it, and
 * below both, with `weights[4 i …]`; `outside[i]` is the share that falls outside the picture.
 */
export interface Resampling {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly base: Int32Array;
  readonly weights: Float32Array;
  readonly outside: Float32Array;
}

/** An empty resampling for pictures of this size, at least 2 × 2; {@link planResampling} fills it, again and again. */
export function createResampling(widthPx: number, heightPx: number): Resampling {
  if (widthPx < 2 || heightPx < 2)
    throw new RangeError(`Pictures of at least 2×2 pixels can be resampled, not ${widthPx}×${heightPx}.`);
  const pixels = widthPx * heightPx;
  return {
    widthPx,
    heightPx,
    base: new Int32Array(pixels),
    weights: new Float32Array(4 * pixels),
    outside: new Float32Array(pixels),
  };
}

/** Works out the weights for one transform. Beyond the picture lies a constant. */
export function planResampling(resampling: Resampling, { xx, xy, yx, yy, x0, y0 }: Affine): void {
  const { widthPx: w, heightPx: h, base, weights, outside } = resampling;
  const [middleX, middleY] = [(w - 1) / 2, (h - 1) / 2];
  for (let row = 0, i = 0; row < h; row++) {
    const y = row - middleY;
    const startX = xy * y + x0 + middleX;
    const startY = yy * y + y0 + middleY;
    for (let column = 0; column < w; column++, i++) {
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
 * Applies a resampling to the three planes at `offset` of `source` and writes them to the same place of `target`: T x + constant outside.
 */
export function resample(
  resampling: Resampling,
  source: Float32Array,
  target: Float32Array,
  offset: number,
  padValue: number,
): void {
  const { widthPx: w, base, weights, outside } = resampling;
  const pixels = base.length;
  const red = source.subarray(offset, offset + pixels);
  const green = source.subarray(offset + pixels, offset + 2 * pixels);
  const blue = source.subarray(offset + 2 * pixels, offset + 3 * pixels);
  for (let i = 0; i < pixels; i++) {
    const at = base[i]!;
    const a = weights[4 * i]!;
    const b = weights[4 * i + 1]!;
    const c = weights[4 * i + 2]!;
    const d = weights[4 * i + 3]!;
    const beyond = padValue * outside[i]!;
    target[offset + i] = a * red[at]! + b * red[at + 1]! + c * red[at + w]! + d * red[at + w + 1]! + beyond;
    target[offset + pixels + i] = a * green[at]! + b * green[at + 1]! + c * green[at + w]! + d * green[at + w + 1]! + beyond;
    target[offset + 2 * pixels + i] = a * blue[at]! + b * blue[at + 1]! + c * blue[at + w]! + d * blue[at + w + 1]! + beyond;
  }
}

/** The exact adjoint of {@link resample}'s linear part: target = Tᵀ source, three planes at `offset`. */
export function resampleAdjoint(resampling: Resampling, source: Float32Array, target: Float32Array, offset: number): void {
  const { widthPx: w, base, weights } = resampling;
  const pixels = base.length;
  const red = target.subarray(offset, offset + pixels).fill(0);
  const green = target.subarray(offset + pixels, offset + 2 * pixels).fill(0);
  const blue = target.subarray(offset + 2 * pixels, offset + 3 * pixels).fill(0);
  for (let i = 0; i < pixels; i++) {
    const at = base[i]!;
    const a = weights[4 * i]!;
    const b = weights[4 * i + 1]!;
    const c = weights[4 * i + 2]!;
    const d = weights[4 * i + 3]!;
    const r = source[offset + i]!;
    const g = source[offset + pixels + i]!;
    const l = source[offset + 2 * pixels + i]!;
    red[at]! += a * r;
    red[at + 1]! += b * r;
    red[at + w]! += c * r;
    red[at + w + 1]! += d * r;
    green[at]! += a * g;
    green[at + 1]! += b * g;
    green[at + w]! += c * g;
    green[at + w + 1]! += d * g;
    blue[at]! += a * l;
    blue[at + 1]! += b * l;
    blue[at + w]! += c * l;
    blue[at + w + 1]! += d * l;
  }
}
