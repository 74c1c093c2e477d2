import { createStore } from './store.js';

/** The dialog of the shell that is open. */
export const dialogStore = createStore<'help' | 'pages' | 'facts' | null>(null);

export function closeDialog(): void {
  dialogStore.set(null);
}
