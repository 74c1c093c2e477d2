import { createStore } from './store.js';

export type Theme = 'light' | 'dark';
const KEY = 'incognita-theme';

function stored(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    // Storage may be forbidden (private windows): then the system's choice holds.
    return null;
  }
}

const systemTheme = (): Theme => (matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark');

export const themeStore = createStore<Theme>('dark');

/** Applies the stored choice, or the system's while there is none. */
export function startTheme(): void {
  const apply = () => {
    const choice = stored();
    if (choice) document.documentElement.dataset.theme = choice;
    themeStore.set(choice ?? systemTheme());
  };
  matchMedia('(prefers-color-scheme: light)').addEventListener('change', apply);
  apply();
}

export function toggleTheme(): void {
  const next: Theme = themeStore.get() === 'dark' ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // Not stored: it holds for this visit.
  }
  document.documentElement.dataset.theme = next;
  themeStore.set(next);
}
