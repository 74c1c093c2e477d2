import type { CellRow, GridManifest, LayerAtlas } from '@incognita/workspace/schema';
import { describe, expect, it } from 'vitest';
import { buildTileSet, sheetsByCell } from './tiles.js';

const sheet = (file: string, ...ids: number[]) => ({ file, columns: 2, tilePx: 8, ids });
const grid = {
  size: 2,
  patches: [sheet('patches', 0, 1, 3)],
  icons: [sheet('coarse', 0, 1), sheet('fine', 1)],
} as unknown as GridManifest;
const rows = [0, 1, 3].map((cell) => ({ cell, gridX: cell % 2, gridY: Math.floor(cell / 2), count: 4 })) as CellRow[];
const table = { size: 2, rows, rowOf: new Map(rows.map((r, i) => [r.cell, i])) };
const layer = { layer: 'l', activations: 16 } as LayerAtlas;

describe('tiles', () => {
  it('show the newest icon, or the real patch where there is none', () => {
    const files = (view: 'icons' | 'photographs') => [...sheetsByCell(grid, view)].map(([cell, s]) => [cell, s.file]);
    expect(files('icons')).toEqual([
      [0, 'coarse'],
      [1, 'fine'],
      [3, 'patches'],
    ]);
    expect(new Set(files('photographs').map(([, file]) => file))).toEqual(new Set(['patches']));
  });

  it('stand in the middle of their cells, a hair smaller', () => {
    const { sheets } = buildTileSet(layer, grid, table, { view: 'photographs', density: 1, filter: null });
    expect(sheets[0]!.tiles.map((t) => [t.x, t.y, t.side])).toEqual([
      [0.25, 0.25, 0.475],
      [0.75, 0.25, 0.475],
      [0.75, 0.75, 0.475],
    ]);
  });

  it('fade and shrink where they do not match the filter', () => {
    const filter = { strength: Float32Array.of(1, 0, 0), matches: [0], maximum: 1 };
    const { sheets } = buildTileSet(layer, grid, table, { view: 'photographs', density: 1, filter });
    const [hit, miss] = sheets[0]!.tiles;
    expect(hit!.opacity).toBe(1);
    expect(miss!.opacity).toBeLessThan(0.2);
    expect(miss!.side).toBeLessThan(hit!.side);
  });
});
