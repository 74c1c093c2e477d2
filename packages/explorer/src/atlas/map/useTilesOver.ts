import { useMemo } from 'react';
import { useStore } from '../../state/store.js';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { project, scalePx, type Viewport } from './geometry.js';
import { buildTileSet, type Tile } from './tiles.js';

/** Where the map lies on the canvas, in CSS pixels. */
export interface MapFrame {
  readonly left: number;
  readonly top: number;
  /** Side of the map. */
  readonly mapPx: number;
  readonly port: Viewport;
}

/** Where the map lies now. */
export function useMapFrame(): MapFrame {
  const { camera, viewport } = useAtlas();
  const place = useStore(camera, (c) => c);
  const port = useStore(viewport, (v) => v);
  const [left, top] = project(place, port, 0, 0);
  return { left, top, mapPx: scalePx(place, port), port };
}

/** The tiles of the map, for elements that are laid over them; none unless `wanted`. */
export function useTilesOver(wanted: boolean): readonly Tile[] {
  const { layer, grid, table, filter } = useAtlas().shown;
  const view = useAtlasState((s) => s.view);
  const density = useAtlasState((s) => s.density);
  return useMemo(
    () => (wanted && table ? buildTileSet(layer, grid, table, { view, density, filter }).sheets.flatMap((s) => s.tiles) : []),
    [wanted, layer, grid, table, view, density, filter],
  );
}
