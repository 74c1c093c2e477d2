import { createStore } from '../../state/store.js';

/** The channel under the pointer; null where it is elsewhere. */
export const hoveredChannel = createStore<number | null>(null);
