import { useEffect } from 'react';
import { HOME } from '../map/geometry.js';
import type { Atlas } from './AtlasContext.js';
import { stateFromUrl } from './atlasState.js';
import { formatUrl, parseUrl } from './urlState.js';

const SETTLE_MS = 160;

/** The address bar follows the state; opening a cell makes a step in the history, everything else rewrites the last one. */
export function useUrlSync({ store, camera, manifest }: Pick<Atlas, 'store' | 'camera' | 'manifest'>): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let selected = store.get().selected;
    const write = (push: boolean) => {
      const search = currentSearch({ store, camera });
      if (search === location.search) return;
      history[push ? 'pushState' : 'replaceState'](null, '', `${location.pathname}${search}`);
    };
    const later = () => {
      const now = store.get().selected;
      if (now?.cell !== selected?.cell || now?.grid !== selected?.grid) {
        selected = now;
        clearTimeout(timer);
        write(true);
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(() => write(false), SETTLE_MS);
    };
    const back = () => {
      clearTimeout(timer);
      const url = parseUrl(location.search);
      const next = stateFromUrl(url, manifest);
      selected = next.selected;
      store.set((s) => ({ ...next, shownGrid: next.grid === 'auto' && next.layer === s.layer ? s.shownGrid : next.shownGrid }));
      camera.flyTo(url.camera ?? HOME);
    };
    const stops = [store.subscribe(later), camera.subscribe(later)];
    addEventListener('popstate', back);
    return () => {
      clearTimeout(timer);
      for (const stop of stops) stop();
      removeEventListener('popstate', back);
    };
  }, [store, camera, manifest]);
}

export function currentSearch({ store, camera }: Pick<Atlas, 'store' | 'camera'>): string {
  return formatUrl({ ...store.get(), camera: camera.target() });
}
