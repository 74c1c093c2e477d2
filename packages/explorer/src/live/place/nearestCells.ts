import type { Matrix } from '../../data/matrix.js';

/** Where the positions of a picture fall among directions. */
export interface Falls {
  /** Row of the most alike direction, by position; −1 for a position without any activation. */
  readonly row: Int32Array;
  /** Cosine to it, by position. */
  readonly cosine: Float32Array;
}

/**
 * For every position the direction with the highest cosine.
 *
 * @param values [channels, positions]
 * @param directions [rows, channels]
 */
export function nearestCells(values: Float32Array, directions: Matrix): Falls {
  const channels = directions.columns;
  const positions = values.length / channels;
  if (!Number.isInteger(positions))
    throw new RangeError(`${values.length} values are no positions of ${channels} channels, which the directions have.`);
  const lengths = new Float32Array(directions.rows);
  for (let r = 0; r < directions.rows; r++) {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += directions.data[r * channels + c]! ** 2;
    lengths[r] = Math.sqrt(sum);
  }
  const row = new Int32Array(positions).fill(-1);
  const cosine = new Float32Array(positions);
  const point = new Float32Array(channels);
  for (let p = 0; p < positions; p++) {
    let square = 0;
    for (let c = 0; c < channels; c++) {
      const value = values[c * positions + p]!;
      point[c] = value;
      square += value * value;
    }
    const length = Math.sqrt(square);
    if (!(length > 0)) continue;
    let best = -Infinity;
    for (let r = 0; r < directions.rows; r++) {
      if (!(lengths[r]! > 0)) continue;
      let dot = 0;
      for (let c = 0, at = r * channels; c < channels; c++, at++) dot += point[c]! * directions.data[at]!;
      const found = dot / (length * lengths[r]!);
      if (found > best) {
        best = found;
        row[p] = r;
        cosine[p] = found;
      }
    }
  }
  return { row, cosine };
}
