import { project } from '../map/geometry.js';
import type { CellRef } from '../map/grid.js';
import { cellCentre } from '../map/grid.js';
import type { Atlas } from './AtlasContext.js';

/** Opens a cell's details, or ends the path that is being chosen. */
export function openCell(atlas: Pick<Atlas, 'store' | 'camera' | 'viewport'>, ref: CellRef, { extendPath = false } = {}): void {
  const { store } = atlas;
  const { pathFrom, selected } = store.get();
  const from = pathFrom ?? (extendPath ? selected : null);
  if (from && from.grid === ref.grid && from.cell !== ref.cell) {
    store.set((s) => ({ ...s, path: { grid: ref.grid, from: from.cell, to: ref.cell }, pathFrom: null }));
    return;
  }
  store.set((s) => ({ ...s, selected: ref, pathFrom: null }));
  reveal(atlas, ref);
}

/** Escape: one thing at a time, the latest first. False when there was nothing to close. */
export function closeLatest({ store }: Pick<Atlas, 'store'>): boolean {
  const state = store.get();
  if (state.pathFrom) store.set({ ...state, pathFrom: null });
  else if (state.path) store.set({ ...state, path: null });
  else if (state.selected) store.set({ ...state, selected: null });
  else return false;
  return true;
}

/** Moves the map so that a cell is in sight; leaves it where it is when it is already. */
export function reveal({ camera, viewport }: Pick<Atlas, 'camera' | 'viewport'>, ref: CellRef): void {
  const view = viewport.get();
  const [x, y] = cellCentre(ref);
  const [px, py] = project(camera.target(), view, x, y);
  const margin = 24;
  const { insets } = view;
  const inSight =
    px >= insets.left + margin &&
    px <= view.width - insets.right - margin &&
    py >= insets.top + margin &&
    py <= view.height - insets.bottom - margin;
  if (!inSight) camera.flyTo({ ...camera.target(), x, y });
}

/** Flies to a cell so close that its tile is large. */
export function flyToCell({ camera }: Pick<Atlas, 'camera'>, ref: CellRef): void {
  const [x, y] = cellCentre(ref);
  camera.flyTo({ x, y, zoom: Math.max(camera.target().zoom, Math.log2(ref.grid / 7)) }, 700);
}
