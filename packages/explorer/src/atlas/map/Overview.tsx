import type { GridManifest } from '@incognita/workspace/schema';
import { useEffect, useRef } from 'react';
import type { CellTable } from '../data/atlasData.js';
import { loadSprite } from '../data/sprites.js';
import { type FilterResult, tileOpacity } from './filter.js';

interface Props {
  readonly grid: GridManifest;
  readonly table: CellTable | null;
  readonly sizePx: number;
  readonly filter?: FilterResult | null;
}

/** A whole grid of real patches, small. */
export function Overview({ grid, table, sizePx, filter = null }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (!table) return;
    let current = true;
    const density = Math.min(2, devicePixelRatio || 1);
    Promise.all(grid.patches.map(loadSprite))
      .then((sprites) => {
        const context = canvas.current?.getContext('2d');
        if (!current || !context) return;
        const side = (sizePx * density) / grid.size;
        context.clearRect(0, 0, sizePx * density, sizePx * density);
        for (const [row, { cell, gridX, gridY }] of table.rows.entries()) {
          const sprite = sprites.find(({ mapping }) => mapping[cell]);
          if (!sprite) continue;
          const { x, y, width, height } = sprite.mapping[cell]!;
          context.globalAlpha = filter ? tileOpacity(filter.strength[row]!) : 1;
          context.drawImage(sprite.image, x, y, width, height, gridX * side, gridY * side, side, side);
        }
      })
      // The map itself reports a sheet that cannot be loaded.
      .catch(() => {});
    return () => {
      current = false;
    };
  }, [grid, table, sizePx, filter]);
  const density = Math.min(2, globalThis.devicePixelRatio || 1);
  return <canvas ref={canvas} className="overview" width={sizePx * density} height={sizePx * density} />;
}
