import { createStore } from '../../state/store.js';

/** Milliseconds that the maps of the last frame took to be drawn. */
export const drawTime = createStore(0);
