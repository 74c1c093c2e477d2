import { indexOf } from '../attribution/positions.js';
import type { LayerLayout } from '../layout/layerLayout.js';

/** Activation maps of all channels of a layer, small enough to be sent many times a second. */
export interface PackedMaps {
  readonly channels: number;
  readonly rows: number;
  readonly columns: number;
  /** Positions of the layer along a side of one packed position: 1 where nothing was left out. */
  readonly pool: number;
  /** [channels, rows, columns]: byte b of channel c stands for min + b / 255 · (max − min). */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** [channels, 2]: the least and the largest value of each channel, exact, over all positions. */
  readonly ranges: Float32Array<ArrayBuffer>;
}

/** Positions of a side beyond which several are joined. */
const MOST_SIDE = 64;

/**
 * Packs a layer's values to a byte each. Layers with more positions than `mostSide` along a side are pooled: each packed position holds the
 * value of largest size of its square. Values that are no finite numbers count as the channel's least.
 *
 * @param values one picture's part of the layer's tensor, in its own order of axes.
 * @example packMaps(values, layerLayout(model, tensor, { widthPx: 224, heightPx: 224 })).ranges; // [channels, 2]
 */
export function packMaps(values: Float32Array, layout: LayerLayout, mostSide = MOST_SIDE): PackedMaps {
  const { channels } = layout;
  // Strips (tokens without a place) are long in one direction only.
  const square = layout.rows > 1 && layout.columns > 1;
  const pool = square ? Math.ceil(Math.max(layout.rows, layout.columns) / mostSide) : 1;
  const [rows, columns] = [Math.ceil(layout.rows / pool), Math.ceil(layout.columns / pool)];
  const positions = layout.rows * layout.columns;
  const ranges = new Float32Array(2 * channels);
  const bytes = new Uint8Array(channels * rows * columns);
  const pooled = new Float32Array(rows * columns);
  const [start, step] = strides(layout);
  for (let c = 0; c < channels; c++) {
    const first = start(c);
    let least = Infinity;
    let most = -Infinity;
    for (let p = 0, at = first; p < positions; p++, at += step) {
      const value = values[at]!;
      if (value < least && value > -Infinity) least = value;
      if (value > most && value < Infinity) most = value;
    }
    if (least > most) least = most = 0;
    ranges[2 * c] = least;
    ranges[2 * c + 1] = most;
    const scale = most > least ? 255 / (most - least) : 0;
    const to = c * rows * columns;
    if (pool === 1) for (let p = 0, at = first; p < positions; p++, at += step) bytes[to + p] = toByte(values[at]!, least, scale);
    else {
      poolLargest(values, layout, { first, step, pool, columns, into: pooled });
      for (let p = 0; p < pooled.length; p++) bytes[to + p] = toByte(pooled[p]!, least, scale);
    }
  }
  return { channels, rows, columns, pool, bytes, ranges };
}

/** The layer's values in the order [channels, rows, columns], the picture's positions alone. */
export function orderedValues(values: Float32Array, layout: LayerLayout): Float32Array<ArrayBuffer> {
  const positions = layout.rows * layout.columns;
  const [start, step] = strides(layout);
  const out = new Float32Array(layout.channels * positions);
  for (let c = 0; c < layout.channels; c++)
    for (let p = 0, at = start(c); p < positions; p++, at += step) out[c * positions + p] = values[at]!;
  return out;
}

/** Where a channel's first value lies, and how far its next position is. */
function strides(layout: LayerLayout): [start: (channel: number) => number, step: number] {
  const step = layout.rows * layout.columns > 1 ? indexOf(layout, 0, 1) - indexOf(layout, 0, 0) : 1;
  return [(channel) => indexOf(layout, channel, 0), step];
}

function toByte(value: number, least: number, scale: number): number {
  const byte = (value - least) * scale + 0.5;
  // Also false for what is no number.
  return byte > 0 ? Math.min(255, Math.floor(byte)) : 0;
}

interface Pooling {
  readonly first: number;
  readonly step: number;
  readonly pool: number;
  readonly columns: number;
  readonly into: Float32Array;
}

function poolLargest(values: Float32Array, layout: LayerLayout, { first, step, pool, columns, into }: Pooling): void {
  into.fill(0);
  const seen = new Uint8Array(into.length);
  for (let y = 0, at = first; y < layout.rows; y++) {
    const row = Math.floor(y / pool) * columns;
    for (let x = 0; x < layout.columns; x++, at += step) {
      const to = row + Math.floor(x / pool);
      const value = values[at]!;
      if (seen[to] === 0 || Math.abs(value) > Math.abs(into[to]!)) into[to] = value;
      seen[to] = 1;
    }
  }
}
