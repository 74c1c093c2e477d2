/** Many equal square tiles in one picture. Tile i lies at column i mod `columns`, row floor(i / columns). */
export interface SheetPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  /** [height, width, channels]; places without a tile are white. */
  readonly data: Uint8Array;
  readonly columns: number;
  readonly tilePx: number;
}

/** Options of {@link packSheet}. */
export interface SheetOptions {
  readonly tilePx: number;
  /** Bytes a pixel; default 3. */
  readonly channels?: number;
  /** Default: the smallest square that holds all tiles. */
  readonly columns?: number;
}

/**
 * Packs square tiles, each [tilePx, tilePx, channels], into one picture.
 *
 * @throws RangeError when there is no tile or one has another size.
 * @example const sheet = packSheet([red, green, blue], { tilePx: 64 }); // 2 columns, 2 rows
 */
export function packSheet(tiles: readonly Uint8Array[], options: SheetOptions): SheetPicture {
  const { tilePx, channels = 3 } = options;
  if (tiles.length === 0) throw new RangeError('A sheet needs at least one tile.');
  const columns = options.columns ?? Math.ceil(Math.sqrt(tiles.length));
  const rows = Math.ceil(tiles.length / columns);
  const width = columns * tilePx;
  const data = new Uint8Array(width * rows * tilePx * channels).fill(255);
  const stripe = tilePx * channels;
  for (const [index, tile] of tiles.entries()) {
    if (tile.length !== tilePx * stripe)
      throw new RangeError(
        `Tile ${index} holds ${tile.length} bytes; ${tilePx}×${tilePx}×${channels} = ${tilePx * stripe} are needed.`,
      );
    const left = (index % columns) * stripe;
    const top = Math.floor(index / columns) * tilePx;
    for (let row = 0; row < tilePx; row++)
      data.set(tile.subarray(row * stripe, (row + 1) * stripe), (top + row) * width * channels + left);
  }
  return { width, height: rows * tilePx, channels, data, columns, tilePx };
}
