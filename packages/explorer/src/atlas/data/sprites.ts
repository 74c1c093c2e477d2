import type { Sheet, WorkspaceManifest } from '@incognita/workspace/schema';
import { forgetExcept, load } from '../../data/resource.js';

export interface Sprite {
  readonly image: ImageBitmap;
  /** Where each cell's tile lies, in pixels, as deck.gl's icon mapping; keys are cell numbers. */
  readonly mapping: Readonly<Record<string, { x: number; y: number; width: number; height: number; mask: false }>>;
}

/**
 * A sheet as a texture: each tile gets a border of its own edge pixels, so that neither linear filtering nor the first mip
 * levels blend a tile with its neighbours.
 */
export function loadSprite(sheet: Sheet): Promise<Sprite> {
  return load(spriteKey(sheet), async () => {
    const response = await fetch(`./${sheet.file}`);
    if (!response.ok) throw new Error(`${sheet.file}: the server answered ${response.status}`);
    const picture = await createImageBitmap(await response.blob());
    const { columns, tilePx, ids } = sheet;
    // About square, whatever the sheet's shape: long textures are refused by some graphics cards.
    const across = Math.ceil(Math.sqrt(ids.length));
    const gutter = Math.max(2, Math.round(tilePx / 16));
    const pitch = tilePx + 2 * gutter;
    const canvas = document.createElement('canvas');
    canvas.width = across * pitch;
    canvas.height = Math.ceil(ids.length / across) * pitch;
    const context = canvas.getContext('2d')!;
    const mapping: Record<string, Sprite['mapping'][string]> = {};
    for (const [i, id] of ids.entries()) {
      const [sx, sy] = [(i % columns) * tilePx, Math.floor(i / columns) * tilePx];
      const [x, y] = [(i % across) * pitch, Math.floor(i / across) * pitch];
      // The stretched copy underneath leaves its rim visible: the tile's own colours continued outwards.
      context.drawImage(picture, sx, sy, tilePx, tilePx, x, y, pitch, pitch);
      context.drawImage(picture, sx, sy, tilePx, tilePx, x + gutter, y + gutter, tilePx, tilePx);
      mapping[id] = { x: x + gutter, y: y + gutter, width: tilePx, height: tilePx, mask: false };
    }
    picture.close();
    return { image: await createImageBitmap(canvas), mapping };
  });
}

export function spriteKey({ file, ids }: Pick<Sheet, 'file' | 'ids'>): string {
  return `sprite:${file}#${ids.length}`;
}

/** Lets go of sprites whose sheets a growing atlas has replaced. */
export function forgetOldSprites({ layers }: Pick<WorkspaceManifest, 'layers'>): void {
  const sheets = layers.flatMap((layer) => layer.grids.flatMap((grid) => [...grid.patches, ...grid.icons]));
  forgetExcept('sprite:', new Set(sheets.map(spriteKey)));
}
