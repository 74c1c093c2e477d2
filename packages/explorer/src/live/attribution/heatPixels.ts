import type { SeenPicture } from '../data/LiveEngine.js';

/** Share of values that may lie beyond the end of the scale: single pixels should not make all others pale. */
const CLIPPED = 0.01;
const POSITIVE = [200, 30, 20] as const;
const NEGATIVE = [20, 70, 190] as const;

/**
 * A map over a picture: the picture in pale grey, on it red where the map is positive and blue where it is negative, as strong as the value is large
 * beside the 99th percentile of sizes; as `incognita attribute` draws it. [height, width, 4]
 *
 * @param map [rows, columns], stretched over the picture without interpolation.
 */
export function heatPixels(
  { width, height, data }: SeenPicture,
  { map, rows, columns }: { readonly map: Float32Array; readonly rows: number; readonly columns: number },
): Uint8ClampedArray<ArrayBuffer> {
  const sizes = map.map(Math.abs).sort();
  const most = sizes[Math.floor((1 - CLIPPED) * (sizes.length - 1))]! || sizes.at(-1)! || 1;
  const out = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const value = map[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)]! / most;
      const strength = Math.min(1, Math.abs(value));
      const grey = 160 + 0.35 * ((data[3 * i]! + data[3 * i + 1]! + data[3 * i + 2]!) / 3);
      const colour = value > 0 ? POSITIVE : NEGATIVE;
      for (let c = 0; c < 3; c++) out[4 * i + c] = grey + strength * (colour[c]! - grey);
      out[4 * i + 3] = 255;
    }
  return out;
}
