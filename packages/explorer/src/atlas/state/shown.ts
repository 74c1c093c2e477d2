import type { GridManifest, LayerAtlas, WorkspaceManifest } from '@incognita/workspace/schema';
import { useMemo } from 'react';
import { type CellTable, type CellVectors, useCells, usePoints, useVectors } from '../data/atlasData.js';
import { labelCounts } from '../data/labelCounts.js';
import { classFilter, type FilterResult, labelFilter } from '../map/filter.js';
import type { AtlasState } from './atlasState.js';

/** What is on the screen, loaded: the layer, the grid, its cells, and the filter applied to them. */
export interface Shown {
  readonly layer: LayerAtlas;
  readonly grid: GridManifest;
  readonly table: CellTable | null;
  readonly vectors: CellVectors | null;
  readonly filter: FilterResult | null;
  readonly error: string | null;
}

export function useShown(manifest: WorkspaceManifest, state: AtlasState): Shown {
  const layer = manifest.layers.find((l) => l.layer === state.layer) ?? manifest.layers[0]!;
  const grid = layer.grids.find((g) => g.size === state.shownGrid) ?? layer.grids[0]!;
  const cells = useCells(grid);
  const vectors = useVectors(cells.value ? grid : null);
  const points = usePoints(state.filter?.kind === 'label' ? layer : null);
  const table = cells.value;

  const filter = useMemo(() => {
    if (!state.filter || !table) return null;
    if (state.filter.kind === 'label') {
      const { name } = state.filter;
      const labelOf = (picture: number) => manifest.dataset.pictures[picture]?.label ?? null;
      return points.value && labelFilter(labelCounts(table, points.value, labelOf, name));
    }
    const column = manifest.classes?.names.indexOf(state.filter.name) ?? -1;
    const attribution = vectors.value?.attribution;
    if (column < 0 || !attribution) return null;
    return classFilter(attribution.data, { classes: attribution.columns, column, sign: state.sign });
  }, [state.filter, state.sign, table, points.value, vectors.value, manifest]);

  const error = cells.error ?? vectors.error ?? points.error;
  return useMemo(
    () => ({ layer, grid, table, vectors: vectors.value, filter, error }),
    [layer, grid, table, vectors.value, filter, error],
  );
}
