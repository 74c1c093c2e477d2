import { type Block, type Cells, cellsOf } from './cells.js';
import type { Planes } from './pixels.js';

/** Red against green, yellow against blue, and brightness: numbers a cell are the three means, then the three deviations. */
export const COLOUR_NUMBERS = 6;

/**
 * Red, green and blue as opponent colours [3, sidePx, sidePx], an orthonormal change of axes of which only the last depends on brightness.
 *
 * Source: van de Sande, Gevers and Snoek 2010, Evaluating Color Descriptors, equation 6.
 */
export function opponentPlanes({ data, sidePx }: Planes): Float32Array {
  const area = sidePx * sidePx;
  const out = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) {
    const [r, g, b] = [data[i]!, data[i + area]!, data[i + 2 * area]!];
    out[i] = (r - g) / Math.SQRT2;
    out[i + area] = (r + g - 2 * b) / Math.sqrt(6);
    out[i + 2 * area] = (r + g + b) / Math.sqrt(3);
  }
  return out;
}

/**
 * Mean and deviation of each opponent colour over the cells that begin at every pixel.
 *
 * Source: Clinchant, Csurka, Perronnin and Renders 2007 (mean and deviation of colours on a grid of cells).
 */
export function colourCells(planes: Planes, cellPx: number): Cells {
  const opponent = opponentPlanes(planes);
  const means = cellsOf(opponent, planes.sidePx, cellPx, 'mean');
  const squares = cellsOf(
    opponent.map((value) => value * value),
    planes.sidePx,
    cellPx,
    'mean',
  );
  const data = new Float32Array(2 * means.data.length);
  data.set(means.data);
  for (const [i, mean] of means.data.entries())
    data[means.data.length + i] = Math.sqrt(Math.max(0, squares.data[i]! - mean * mean));
  return { ...means, data, planes: COLOUR_NUMBERS };
}

/** Writes the numbers of a block of cells as they are, cell by cell: brightness and colour are what they are to tell. */
export function writeColours(cells: Cells, { x, y, side }: Block, out: Float32Array, at: number): void {
  const { data, planes, places, cellPx } = cells;
  let to = at;
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++)
      for (let plane = 0; plane < planes; plane++)
        out[to++] = data[(plane * places + y + row * cellPx) * places + x + column * cellPx]!;
}
