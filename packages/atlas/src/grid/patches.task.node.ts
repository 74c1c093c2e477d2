import { readFile } from 'node:fs/promises';
import type { TaskContext } from '@incognita/runtime';
import { decodePicture, encodeWebp, type Picture, packSheet, patchTile, type Rect } from '@incognita/vision';

export interface PatchSheetArgs {
  readonly tilePx: number;
  readonly columns: number;
  readonly quality: number;
  /** Absolute paths of stored pictures, the width that the network sees of each, and the part of that which becomes a tile. */
  readonly tiles: readonly { readonly image: string; readonly widthPx: number; readonly rect: Rect }[];
}

/** Pictures that are read and decoded at a time: waiting for one, others go on. */
const DECODED = 8;

/** Worker task: a sheet of real patches as WebP. */
export async function patchSheet({ tilePx, columns, quality, tiles }: PatchSheetArgs, context: TaskContext): Promise<Uint8Array> {
  const packed: Uint8Array[] = new Array(tiles.length);
  const byImage = new Map<string, number[]>();
  for (const [t, { image }] of tiles.entries()) byImage.set(image, [...(byImage.get(image) ?? []), t]);
  const images = [...byImage];
  for (let from = 0; from < images.length; from += DECODED) {
    context.throwIfAborted();
    const some = images.slice(from, from + DECODED);
    const decoded = await Promise.all(some.map(([image]) => decode(image)));
    for (const [i, [, places]] of some.entries())
      for (const t of places) {
        const { rect, widthPx } = tiles[t]!;
        packed[t] = patchTile(decoded[i]!, times(rect, decoded[i]!.width / widthPx), tilePx);
      }
  }
  return encodeWebp(packSheet(packed, { tilePx, columns }), { quality });
}

async function decode(image: string): Promise<Picture> {
  return decodePicture(await readFile(image), { maxMegapixels: Number.POSITIVE_INFINITY });
}

function times({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}
