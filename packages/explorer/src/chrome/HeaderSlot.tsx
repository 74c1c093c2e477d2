import { type ReactNode, useSyncExternalStore } from 'react';
import { createPortal } from 'react-dom';
import { createStore } from '../state/store.js';

/** Where in the header a page's own parts go. */
export const headerSlot = createStore<HTMLElement | null>(null);

/** A page's own parts of the header: what it shows, and its tools. */
export function HeaderSlot({ children }: { children: ReactNode }) {
  const slot = useSyncExternalStore(headerSlot.subscribe, headerSlot.get);
  return slot && createPortal(children, slot);
}
