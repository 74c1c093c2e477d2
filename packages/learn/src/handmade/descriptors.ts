import { type Cells, cellsOf, writeBlock } from './cells.js';
import { COLOUR_NUMBERS, colourCells, writeColours } from './colours.js';
import { orientationPlanes } from './gradients.js';
import type { Planes } from './pixels.js';

/** Local descriptors of one picture. */
export interface Descriptors {
  readonly count: number;
  readonly dims: number;
  /** [count, dims] */
  readonly data: Float32Array;
  /** Centres as shares of the picture's side, [count, 2]: across, down. */
  readonly centres: Float32Array;
}

/** What a descriptor tells of its patch: directions of edges (SIFT), or colours. */
export type DescriptorKind = 'sift' | 'colour';

/** Where descriptors are taken. */
export interface DescriptorGrid {
  /** A patch is 4 × 4 cells; one pass over the picture for each size of cell. */
  readonly cellsPx: readonly number[];
  /** Distance of neighbouring patches. */
  readonly stepPx: number;
}

const PATCH_CELLS = 4;
const ORIENTATIONS = 8;
/** Patches with fainter gradients say nothing of edges: a thousandth of the largest contrast. */
const LEAST_CONTRAST = 2e-3;

/** Numbers of one descriptor. */
export function descriptorLength(kind: DescriptorKind): number {
  return PATCH_CELLS ** 2 * (kind === 'sift' ? ORIENTATIONS : COLOUR_NUMBERS);
}

/**
 * Descriptors of patches on a grid at several sizes: 4 × 4 cells of eight signed directions (Lowe 2004, section 6), or of means and deviations of
 * opponent colours. Dense as in the challenge's winners before networks: patches are neither chosen by a detector nor turned to a main direction.
 * Patches without contrast have no SIFT descriptor.
 *
 * @throws RangeError where the smallest patch does not fit the picture.
 */
export function describePicture(planes: Planes, kind: DescriptorKind, { cellsPx, stepPx }: DescriptorGrid): Descriptors {
  const { sidePx } = planes;
  const dims = descriptorLength(kind);
  const passes = cellsPx.filter((cellPx) => PATCH_CELLS * cellPx <= sidePx);
  if (passes.length === 0)
    throw new RangeError(`Patches of 4 × 4 cells of ${cellsPx.join(', ')} pixels do not fit a picture of ${sidePx} pixels.`);
  const perSide = (cellPx: number): number => Math.floor((sidePx - PATCH_CELLS * cellPx) / stepPx) + 1;
  const most = passes.reduce((sum, cellPx) => sum + perSide(cellPx) ** 2, 0);
  const [data, centres] = [new Float32Array(most * dims), new Float32Array(2 * most)];
  const edges = kind === 'sift' ? orientationPlanes(planes, { orientations: ORIENTATIONS, signed: true }) : null;
  let count = 0;
  for (const cellPx of passes) {
    const cells = edges ? cellsOf(edges, sidePx, cellPx, 'linear') : colourCells(planes, cellPx);
    const margin = (sidePx - PATCH_CELLS * cellPx - (perSide(cellPx) - 1) * stepPx) >> 1;
    for (let row = 0; row < perSide(cellPx); row++)
      for (let column = 0; column < perSide(cellPx); column++) {
        const [x, y] = [margin + column * stepPx, margin + row * stepPx];
        if (!write(cells, kind, x, y, data, count * dims)) continue;
        centres[2 * count] = (x + (PATCH_CELLS * cellPx) / 2) / sidePx;
        centres[2 * count + 1] = (y + (PATCH_CELLS * cellPx) / 2) / sidePx;
        count++;
      }
  }
  return { count, dims, data: data.subarray(0, count * dims), centres: centres.subarray(0, 2 * count) };
}

/** Whether there is a descriptor. */
function write(cells: Cells, kind: DescriptorKind, x: number, y: number, out: Float32Array, at: number): boolean {
  const block = { x, y, side: PATCH_CELLS };
  if (kind === 'sift') return writeBlock(cells, block, out, at) > LEAST_CONTRAST;
  writeColours(cells, block, out, at);
  return true;
}
