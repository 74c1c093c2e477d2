import { createStore } from './store.js';

/** The query of the page's address, for those who show what it says. */
export const address = createStore(location.search);
addEventListener('popstate', () => address.set(location.search));

/** Goes to another query: a step in the history, or, with `replace`, instead of the present one. */
export function go(search: string, { replace = false } = {}): void {
  if (search !== location.search) history[replace ? 'replaceState' : 'pushState'](null, '', `${location.pathname}${search}`);
  address.set(search);
}

/** The id of the page that a query names, or null. */
export function pageOf(search: string): string | null {
  return new URLSearchParams(search).get('page');
}
