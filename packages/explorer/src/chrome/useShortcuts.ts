import { useEffect } from 'react';
import { moveByKey } from '../map/mapKeys.js';
import type { Atlas } from '../state/AtlasContext.js';
import { closeLatest } from '../state/actions.js';
import { toggleTheme } from '../state/theme.js';

/** Keys that work wherever the focus is, except in text fields and open dialogs. */
export function useShortcuts(atlas: Atlas, openDialog: (dialog: 'help') => void): void {
  useEffect(() => {
    const { store } = atlas;
    const actions: Record<string, () => void> = {
      i: () => store.set((s) => ({ ...s, view: 'icons' })),
      p: () => store.set((s) => ({ ...s, view: 'photographs' })),
      l: () => store.set((s) => ({ ...s, labels: !s.labels })),
      t: toggleTheme,
      '?': () => openDialog('help'),
      '/': () => document.querySelector<HTMLInputElement>('#search')?.focus(),
    };
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (target.closest('input, textarea, select, [role=dialog][aria-modal]') || document.querySelector('.dialog')) return;
      if (event.key === 'Escape') {
        if (closeLatest(atlas)) event.preventDefault();
        return;
      }
      const action = actions[event.key];
      if (action) action();
      else if (!['+', '=', '-', '0'].includes(event.key) || !moveByKey(atlas, event.key)) return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [atlas, openDialog]);
}
