import type { WorkspaceManifest } from '@incognita/workspace/schema';
import type { CellRef } from '../map/grid.js';
import type { UrlState } from './urlState.js';

/** What the user has set, what a link says, and what the pointer is on. The camera lives in a store of its own. */
export interface AtlasState extends Omit<UrlState, 'camera' | 'layer'> {
  readonly layer: string;
  /** The grid on the screen: the chosen one, or what fits the zoom. */
  readonly shownGrid: number;
  readonly hovered: CellRef | null;
  /** The cell that has the keyboard focus in the grid of cells. */
  readonly focused: CellRef | null;
  /** Set while the user is choosing the other end of a path. */
  readonly pathFrom: CellRef | null;
}

/** Fits what a link says to what the workspace has. */
export function stateFromUrl(url: UrlState, manifest: WorkspaceManifest): AtlasState {
  const { camera: _, ...rest } = url;
  const layer = manifest.layers.find((l) => l.layer === url.layer) ?? deepest(manifest);
  const sizes = layer.grids.map((g) => g.size);
  const grid = url.grid !== 'auto' && sizes.includes(url.grid) ? url.grid : 'auto';
  const selected = url.selected && sizes.includes(url.selected.grid) ? url.selected : null;
  const path = url.path && sizes.includes(url.path.grid) ? url.path : null;
  return {
    ...rest,
    layer: layer.layer,
    grid,
    // With `auto`, the grid of what the link points at is kept where its tiles are not too small.
    shownGrid: grid === 'auto' ? (selected?.grid ?? path?.grid ?? Math.min(...sizes)) : grid,
    selected,
    path,
    hovered: null,
    focused: null,
    pathFrom: null,
  };
}

/** The layer nearest to the class scores, in whatever order they were mapped. */
function deepest({ model, layers }: WorkspaceManifest): WorkspaceManifest['layers'][number] {
  const depth = new Map(model.layers.map(({ name }, i) => [name, i]));
  return layers.reduce((best, layer) => ((depth.get(layer.layer) ?? 0) >= (depth.get(best.layer) ?? 0) ? layer : best));
}
