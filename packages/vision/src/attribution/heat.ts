import type { Picture } from '../picture/picture.js';

/** Share of values that may lie beyond the end of the scale: single pixels should not make all others pale. */
const CLIPPED = 0.01;

/**
 * A map over a picture, to look at: the picture in pale grey, on it red where the map is positive and blue where it is negative, as strong as the
 * value is large beside the 99th percentile of sizes. The map is stretched to the picture, without interpolation.
 *
 * @param map [rows, columns]
 */
export function heatPicture(
  picture: Picture,
  map: Float32Array,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Picture {
  if (map.length !== rows * columns)
    throw new RangeError(`A map of ${rows} × ${columns} has ${rows * columns} values, not ${map.length}.`);
  const sizes = Float32Array.from(map, Math.abs).sort();
  const most = sizes[Math.floor((1 - CLIPPED) * (sizes.length - 1))]! || sizes.at(-1)! || 1;
  const { width, height, data } = picture;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3;
      const value = map[Math.floor((y * rows) / height) * columns + Math.floor((x * columns) / width)]! / most;
      const strength = Math.min(1, Math.abs(value));
      const grey = 160 + 0.35 * ((data[i]! + data[i + 1]! + data[i + 2]!) / 3);
      const color = value > 0 ? [200, 30, 20] : [20, 70, 190];
      for (let c = 0; c < 3; c++) out[i + c] = Math.round(grey + strength * (color[c]! - grey));
    }
  return { width, height, data: out };
}
