import { useKeys } from '../../chrome/useKeys.js';
import { moveByKey } from '../map/mapKeys.js';
import type { Atlas } from '../state/AtlasContext.js';
import { closeLatest } from '../state/actions.js';

const ESCAPE = 'Escape';

/** The keys of the map that work wherever the focus is. */
export function useAtlasKeys(atlas: Atlas): void {
  const { store } = atlas;
  const move = (key: string) => ({ [key]: () => moveByKey(atlas, key) });
  useKeys({
    [ESCAPE]: () => closeLatest(atlas),
    i: () => store.set((s) => ({ ...s, view: 'icons' })),
    p: () => store.set((s) => ({ ...s, view: 'photographs' })),
    l: () => store.set((s) => ({ ...s, labels: !s.labels })),
    '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
    ...{ ...move('+'), ...move('='), ...move('-'), ...move('0') },
  });
}
