import type { Atlas } from '../state/AtlasContext.js';
import { centrePx, clampCamera, HOME, maxZoomFor, panBy, zoomAt } from './geometry.js';

const PAN_SHARE = 0.18;

/** Moves the camera for a key; false where the key means nothing to the map. */
export function moveByKey({ camera, viewport, shown }: Atlas, key: string): boolean {
  const view = viewport.get();
  const maxZoom = maxZoomFor(Math.max(...shown.layer.grids.map((g) => g.size)), view);
  const from = camera.target();
  const step = Math.min(view.width, view.height) * PAN_SHARE;
  const zoomed = (steps: number) => zoomAt(from, view, centrePx(view), steps, maxZoom);
  const moves: Record<string, () => typeof from> = {
    ArrowLeft: () => panBy(from, view, step, 0),
    ArrowRight: () => panBy(from, view, -step, 0),
    ArrowUp: () => panBy(from, view, 0, step),
    ArrowDown: () => panBy(from, view, 0, -step),
    '+': () => zoomed(0.5),
    '=': () => zoomed(0.5),
    '-': () => zoomed(-0.5),
    '0': () => HOME,
    Home: () => HOME,
  };
  const move = moves[key];
  if (!move) return false;
  camera.flyTo(clampCamera(move(), maxZoom), key === '0' || key === 'Home' ? 600 : 220);
  return true;
}
