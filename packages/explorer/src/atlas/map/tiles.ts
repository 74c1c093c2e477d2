import type { GridManifest, LayerAtlas, Sheet } from '@incognita/workspace/schema';
import type { CellTable } from '../data/atlasData.js';
import type { ViewMode } from '../state/urlState.js';
import { type FilterResult, tileOpacity, UNMATCHED_SIDE } from './filter.js';
import { tileSide } from './tileSize.js';

/** One tile on the map, in map units. */
export interface Tile {
  readonly cell: number;
  readonly x: number;
  readonly y: number;
  readonly side: number;
  readonly opacity: number;
}

/** All tiles of one grid of one layer, by the sheet that holds their pictures. */
export interface TileSet {
  readonly key: string;
  readonly sheets: readonly { readonly sheet: Sheet; readonly tiles: readonly Tile[] }[];
}

const GAP = 0.95;

/** Sheet by cell: icons over real patches, later sheets over earlier ones. */
export function sheetsByCell(grid: GridManifest, view: ViewMode): Map<number, Sheet> {
  const bySheet = new Map<number, Sheet>();
  for (const sheet of [...grid.patches, ...(view === 'icons' ? grid.icons : [])]) {
    for (const id of sheet.ids) bySheet.set(id, sheet);
  }
  return bySheet;
}

export function buildTileSet(
  layer: LayerAtlas,
  grid: GridManifest,
  table: CellTable,
  { view, density, filter }: { view: ViewMode; density: number; filter: FilterResult | null },
): TileSet {
  const sheetFor = sheetsByCell(grid, view);
  const matching = filter && new Set(filter.matches);
  const groups = new Map<Sheet, Tile[]>();
  for (const [row, { cell, gridX, gridY, count }] of table.rows.entries()) {
    const sheet = sheetFor.get(cell);
    if (!sheet) continue;
    const share = tileSide({ count, total: layer.activations, grid: grid.size, density });
    const shrink = matching && !matching.has(row) ? UNMATCHED_SIDE : 1;
    const tile: Tile = {
      cell,
      x: (gridX + 0.5) / grid.size,
      y: (gridY + 0.5) / grid.size,
      side: (GAP * share * shrink) / grid.size,
      opacity: filter ? tileOpacity(filter.strength[row]!) : 1,
    };
    const group = groups.get(sheet);
    if (group) group.push(tile);
    else groups.set(sheet, [tile]);
  }
  return {
    key: `${layer.layer}/${grid.size}/${view}`,
    sheets: [...groups].map(([sheet, tiles]) => ({ sheet, tiles })),
  };
}
