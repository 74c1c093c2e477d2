import type { Atlas } from '../state/AtlasContext.js';
import { type Camera, centrePx, clampCamera, HOME, maxZoomFor, panBy, type Viewport, zoomAt } from './geometry.js';

const PAN_SHARE = 0.18;
const ZOOM_STEP = 0.5;

/** Where a key leads the camera from a place; null where the key means nothing to the map. */
export function cameraForKey(key: string, from: Camera, view: Viewport, maxZoom: number): Camera | null {
  const step = Math.min(view.width, view.height) * PAN_SHARE;
  const zoomed = (steps: number) => clampCamera(zoomAt(from, view, centrePx(view), steps, maxZoom), maxZoom);
  const panned = (dx: number, dy: number) => clampCamera(panBy(from, view, dx * step, dy * step), maxZoom);
  switch (key) {
    case 'ArrowLeft':
      return panned(1, 0);
    case 'ArrowRight':
      return panned(-1, 0);
    case 'ArrowUp':
      return panned(0, 1);
    case 'ArrowDown':
      return panned(0, -1);
    case '+':
    case '=':
      return zoomed(ZOOM_STEP);
    case '-':
      return zoomed(-ZOOM_STEP);
    case '0':
    case 'Home':
      return HOME;
    default:
      return null;
  }
}

/** Moves the camera for a key; false where the key means nothing to the map. */
export function moveByKey({ camera, viewport, shown }: Atlas, key: string): boolean {
  const view = viewport.get();
  const maxZoom = maxZoomFor(Math.max(...shown.layer.grids.map((g) => g.size)), view);
  const target = cameraForKey(key, camera.target(), view, maxZoom);
  if (!target) return false;
  camera.flyTo(target, target === HOME ? 600 : 220);
  return true;
}
