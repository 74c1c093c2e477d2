/** Weighted sums of planes over the square cells that begin at every pixel: [planes, places, places]. */
export interface Cells {
  readonly data: Float32Array;
  readonly planes: number;
  /** Pixels of a side at which a cell may begin. */
  readonly places: number;
  readonly cellPx: number;
}

/**
 * How a pixel counts for a cell: `mean` of the cell's own pixels, or `linear`, where it is shared by the two nearest cells of each row and column
 * in proportion to its distance from their centres, so that a shift changes sums smoothly (Lowe 2004, section 6.1).
 */
export type CellWindow = 'mean' | 'linear';

/** Sums planes [count, sidePx, sidePx] over cells; what lies beyond the border is zero. */
export function cellsOf(planes: Float32Array, sidePx: number, cellPx: number, window: CellWindow): Cells {
  const count = planes.length / (sidePx * sidePx);
  const places = sidePx - cellPx + 1;
  if (!Number.isInteger(cellPx) || cellPx < 1 || places < 1)
    throw new RangeError(
      `Cells of ${cellPx} pixels do not fit a picture of ${sidePx}; choose a whole number from 1 to ${sidePx}.`,
    );
  const { first, weights } = windowOf(cellPx, window);
  const along = new Float32Array(count * sidePx * places);
  sum(planes, along, { lines: count * sidePx, from: sidePx, to: places, each: 1, first, weights });
  const data = new Float32Array(count * places * places);
  sum(along, data, { lines: count, from: sidePx, to: places, each: places, first, weights });
  return { data, planes: count, places, cellPx };
}

/** Weights of the pixels from `first` on, counted from the cell's beginning. */
function windowOf(cellPx: number, window: CellWindow): { first: number; weights: number[] } {
  if (window === 'mean') return { first: 0, weights: new Array<number>(cellPx).fill(1 / cellPx) };
  const first = -cellPx;
  const centre = (cellPx - 1) / 2;
  return {
    first,
    weights: Array.from({ length: 3 * cellPx }, (_, i) => Math.max(0, 1 - Math.abs(first + i - centre) / cellPx)),
  };
}

interface Pass {
  readonly lines: number;
  /** Elements of a line before and after, and numbers of an element. */
  readonly from: number;
  readonly to: number;
  readonly each: number;
  readonly first: number;
  readonly weights: readonly number[];
}

/** Adds to each element of a line its weighted neighbours. */
function sum(source: Float32Array, target: Float32Array, { lines, from, to, each, first, weights }: Pass): void {
  for (let line = 0; line < lines; line++)
    for (const [w, weight] of weights.entries()) {
      if (weight === 0) continue;
      const shift = first + w;
      const begin = (line * to + Math.max(0, -shift)) * each;
      const end = (line * to + Math.min(to, from - shift)) * each;
      const ahead = (line * (from - to) + shift) * each;
      for (let i = begin; i < end; i++) target[i]! += weight * source[i + ahead]!;
    }
}

/** Where a block of cells lies: its first pixel, and cells a side. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly side: number;
}

const CLIP = 0.2;

/**
 * Writes the histograms of a block of cells, cell by cell, as a vector of length 1 in which no number was above 0.2 before it was scaled again:
 * lighting changes contrast, and few strong edges must not outshine the rest.
 *
 * Source: Lowe 2004, section 6.1; "L2-Hys" of Dalal and Triggs 2005, section 6.4.
 *
 * @returns the length before, by pixel of a cell: the block's contrast.
 */
export function writeBlock(cells: Cells, { x, y, side }: Block, out: Float32Array, at: number): number {
  const { data, planes, places, cellPx } = cells;
  let to = at;
  let squares = 0;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const place = (y + row * cellPx) * places + x + column * cellPx;
      for (let plane = 0; plane < planes; plane++) {
        const value = data[plane * places * places + place]!;
        out[to++] = value;
        squares += value * value;
      }
    }
  const length = Math.sqrt(squares);
  if (length === 0) return 0;
  squares = 0;
  for (let i = at; i < to; i++) {
    out[i] = Math.min(CLIP, out[i]! / length);
    squares += out[i]! ** 2;
  }
  for (let i = at; i < to; i++) out[i]! /= Math.sqrt(squares);
  return length / cellPx ** 2;
}
