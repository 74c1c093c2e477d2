import { useEffect } from 'react';
import type { Atlas } from '../state/AtlasContext.js';
import { scalePx } from './geometry.js';
import { chooseGrid } from './grid.js';

/** Keeps `shownGrid` at the chosen grid, or at the one that fits the zoom. */
export function useShownGrid({ store, camera, viewport, shown }: Atlas): void {
  const sizes = shown.layer.grids.map((g) => g.size).join();
  useEffect(() => {
    const available = sizes.split(',').map(Number);
    const update = () => {
      const { grid, shownGrid } = store.get();
      const view = viewport.get();
      if (view.width <= 1) return;
      const known = available.includes(shownGrid) ? shownGrid : null;
      const next = grid !== 'auto' && available.includes(grid) ? grid : chooseGrid(available, scalePx(camera.get(), view), known);
      if (next !== shownGrid) store.set((s) => ({ ...s, shownGrid: next, hovered: null, focused: null }));
    };
    const stops = [camera.subscribe(update), viewport.subscribe(update), store.subscribe(update)];
    update();
    return () => {
      for (const stop of stops) stop();
    };
  }, [store, camera, viewport, sizes]);
}
