import type { Preprocessing } from '@incognita/workspace/schema';

/**
 * A patch [3, rows, columns] of what the network sees as the pixels that it was, [rows, columns, RGBA]; the padding is transparent.
 *
 * @param padding [rows · columns]: 1 where the window lies outside the picture
 */
export function colourPatch(
  patch: readonly number[],
  padding: readonly number[],
  { mean, std, divisor, colorOrder }: Pick<Preprocessing, 'mean' | 'std' | 'divisor' | 'colorOrder'>,
): Uint8ClampedArray<ArrayBuffer> {
  const size = padding.length;
  const pixels = new Uint8ClampedArray(size * 4);
  for (let p = 0; p < size; p++) {
    if (padding[p] === 1) continue;
    for (let c = 0; c < 3; c++) {
      const plane = colorOrder === 'bgr' ? 2 - c : c;
      pixels[p * 4 + c] = (patch[plane * size + p]! * std[plane]! + mean[plane]!) * divisor;
    }
    pixels[p * 4 + 3] = 255;
  }
  return pixels;
}
