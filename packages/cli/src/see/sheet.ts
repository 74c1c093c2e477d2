import type { RawPicture } from '@incognita/vision';

/** Pixels between pictures. */
const GAP_PX = 4;

/**
 * A contact sheet: rows of pictures of one size, RGB, on white. Rows may differ in length.
 *
 * @param rows of pictures [height, width, 3]
 */
export function contactSheet(
  rows: readonly (readonly Uint8Array[])[],
  { widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number },
): RawPicture {
  const columns = Math.max(...rows.map((row) => row.length));
  const width = columns * (widthPx + GAP_PX) + GAP_PX;
  const height = rows.length * (heightPx + GAP_PX) + GAP_PX;
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const [r, row] of rows.entries())
    for (const [c, picture] of row.entries())
      for (let y = 0; y < heightPx; y++) {
        const at = ((GAP_PX + r * (heightPx + GAP_PX) + y) * width + GAP_PX + c * (widthPx + GAP_PX)) * 3;
        data.set(picture.subarray(y * widthPx * 3, (y + 1) * widthPx * 3), at);
      }
  return { width, height, data };
}

/** Puts single pictures into rows that make the sheet about square. */
export function wrap<T>(items: readonly T[]): T[][] {
  const columns = Math.ceil(Math.sqrt(items.length));
  return Array.from({ length: Math.ceil(items.length / columns) }, (_, r) => items.slice(r * columns, (r + 1) * columns));
}
