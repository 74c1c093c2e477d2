import { cellsOf, writeBlock } from './cells.js';
import { COLOUR_NUMBERS, colourCells, writeColours } from './colours.js';
import { unitLength } from './features.js';
import { orientationPlanes } from './gradients.js';
import type { Planes } from './pixels.js';

const ORIENTATIONS = 9;
const BLOCK_CELLS = 2;

/** How many numbers {@link hog} gives. */
export function hogLength(sidePx: number, cellPx: number): number {
  const blocks = Math.floor(sidePx / cellPx) - BLOCK_CELLS + 1;
  if (blocks < 1) throw new RangeError(`Cells of ${cellPx} pixels make no block of two in ${sidePx}; make cells smaller.`);
  return blocks ** 2 * BLOCK_CELLS ** 2 * ORIENTATIONS;
}

/**
 * Histograms of oriented gradients: cells of nine unsigned directions, each normalised within the four blocks of 2 × 2 cells that it is in, all
 * together one vector that is a template of the whole picture.
 *
 * Source: Dalal and Triggs 2005 (their best setting but for the Gaussian window of blocks).
 */
export function hog(planes: Planes, cellPx: number): Float32Array {
  const { sidePx } = planes;
  const out = new Float32Array(hogLength(sidePx, cellPx));
  const cells = cellsOf(orientationPlanes(planes, { orientations: ORIENTATIONS, signed: false }), sidePx, cellPx, 'linear');
  const blocks = Math.floor(sidePx / cellPx) - BLOCK_CELLS + 1;
  const each = BLOCK_CELLS ** 2 * ORIENTATIONS;
  for (let row = 0; row < blocks; row++)
    for (let column = 0; column < blocks; column++)
      writeBlock(cells, { x: column * cellPx, y: row * cellPx, side: BLOCK_CELLS }, out, (row * blocks + column) * each);
  unitLength(out, 0, out.length);
  return out;
}

/** How many numbers {@link colourLayout} gives. */
export function colourLayoutLength(sidePx: number, cellPx: number): number {
  return Math.floor(sidePx / cellPx) ** 2 * COLOUR_NUMBERS;
}

/** Mean and deviation of the opponent colours in every cell of the picture, of length 1. */
export function colourLayout(planes: Planes, cellPx: number): Float32Array {
  const out = new Float32Array(colourLayoutLength(planes.sidePx, cellPx));
  writeColours(colourCells(planes, cellPx), { x: 0, y: 0, side: Math.floor(planes.sidePx / cellPx) }, out, 0);
  unitLength(out, 0, out.length);
  return out;
}
