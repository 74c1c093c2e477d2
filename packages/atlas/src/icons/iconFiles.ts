import { cropPicture, decodePicture, encodeWebp, packSheet, type WebpOptions } from '@incognita/vision';
import { readParquet, type Sheet, type Workspace, writeParquet } from '@incognita/workspace';
import type { Icon } from './renderPart.js';

/** A sheet of icons as WebP. */
export function iconSheet(
  icons: readonly Icon[],
  sheet: Pick<Sheet, 'tilePx' | 'columns'>,
  webp: WebpOptions,
): Promise<Uint8Array> {
  const { tilePx, columns } = sheet;
  return encodeWebp(
    packSheet(
      icons.map(({ pixels }) => pixels),
      { tilePx, columns },
    ),
    webp,
  );
}

/** The table of icon scores: see workspace's `IconRow`. */
export function scoreTable(icons: readonly Icon[]): Uint8Array {
  return writeParquet([
    { name: 'cell', type: 'int32', data: icons.map(({ cell }) => cell) },
    { name: 'cosine', type: 'float', data: icons.map(({ cosine }) => cosine) },
    { name: 'activation', type: 'float', data: icons.map(({ activation }) => activation) },
    { name: 'naturalPercentile', type: 'float', data: icons.map(({ naturalPercentile }) => naturalPercentile) },
    { name: 'steps', type: 'int32', data: icons.map(({ steps }) => steps) },
  ]);
}

/** Reads back the icons of a sheet that was written without loss, and their scores. */
export async function readIcons(workspace: Workspace, sheet: Sheet, scores: string): Promise<Icon[]> {
  const picture = await decodePicture(await workspace.read(sheet.file), { maxMegapixels: Number.POSITIVE_INFINITY });
  const rows = await readParquet<Omit<Icon, 'pixels'>>(await workspace.read(scores));
  return rows.map((row, i) => {
    const x = (i % sheet.columns) * sheet.tilePx;
    const y = Math.floor(i / sheet.columns) * sheet.tilePx;
    return { ...row, pixels: cropPicture(picture, { x, y, width: sheet.tilePx, height: sheet.tilePx }).data };
  });
}
