import { readFile } from 'node:fs/promises';
import {
  decodePicture,
  encodeWebp,
  fit,
  type Preprocessing,
  packSheet,
  patchRect,
  patchTile,
  type ReceptiveField,
} from '@incognita/vision';

/** A place in a picture: the file, and the position in the layer. */
export interface Place {
  readonly path: string;
  readonly row: number;
  readonly column: number;
}

/** How patches are cut. */
export interface PatchSheetOptions {
  readonly preprocessing: Preprocessing;
  readonly field: ReceptiveField;
  readonly columns: number;
  readonly tilePx: number;
}

/** Pictures are cut at so many times the size that the network sees, to be looked at. */
const SCALE = 2;

/** What the network saw at each place, as one WebP picture. */
export async function patchSheet(places: readonly Place[], options: PatchSheetOptions): Promise<Uint8Array> {
  const { preprocessing, field, columns, tilePx } = options;
  const { widthPx: width, heightPx: height } = preprocessing;
  const large = { ...preprocessing, widthPx: SCALE * width, heightPx: SCALE * height };
  const tiles: Uint8Array[] = [];
  for (const { path, row, column } of places) {
    const rect = patchRect(field, row, column, { width, height });
    const scaled = { x: SCALE * rect.x, y: SCALE * rect.y, width: SCALE * rect.width, height: SCALE * rect.height };
    tiles.push(patchTile(fit(await decodePicture(await readFile(path)), large), scaled, tilePx));
  }
  return encodeWebp(packSheet(tiles, { tilePx, columns }), { quality: 90 });
}
