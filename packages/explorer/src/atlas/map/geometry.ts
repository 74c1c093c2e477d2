/**
 * The map is the unit square, y downwards. A camera is a place on it and a magnification, so that a link shows the same part
 * of the map on any screen: at zoom 0 the whole map fits, each step of 1 doubles it.
 */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly zoom: number;
}

export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The canvas in CSS pixels; the map is centred in what the insets leave free. */
export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly insets: Insets;
}

export const HOME: Camera = { x: 0.5, y: 0.5, zoom: 0 };
export const MIN_ZOOM = -0.75;
const MARGIN = 0.94;

/** Side of the whole map in pixels at zoom 0. */
export function fitPx({ width, height, insets }: Viewport): number {
  return Math.max(64, Math.min(width - insets.left - insets.right, height - insets.top - insets.bottom) * MARGIN);
}

/** Pixels a unit of the map. */
export function scalePx(camera: Camera, viewport: Viewport): number {
  return fitPx(viewport) * 2 ** camera.zoom;
}

/** Where the camera's own place lies on the canvas. */
export function centrePx({ width, height, insets }: Viewport): [number, number] {
  return [insets.left + (width - insets.left - insets.right) / 2, insets.top + (height - insets.top - insets.bottom) / 2];
}

export function project(camera: Camera, viewport: Viewport, x: number, y: number): [number, number] {
  const [cx, cy] = centrePx(viewport);
  const scale = scalePx(camera, viewport);
  return [cx + (x - camera.x) * scale, cy + (y - camera.y) * scale];
}

export function unproject(camera: Camera, viewport: Viewport, px: number, py: number): [number, number] {
  const [cx, cy] = centrePx(viewport);
  const scale = scalePx(camera, viewport);
  return [camera.x + (px - cx) / scale, camera.y + (py - cy) / scale];
}

/** Zooms by `steps` (1 doubles) while the map under the pixel stays where it is. */
export function zoomAt(
  camera: Camera,
  viewport: Viewport,
  [px, py]: readonly [number, number],
  steps: number,
  maxZoom: number,
): Camera {
  const zoom = Math.min(maxZoom, Math.max(MIN_ZOOM, camera.zoom + steps));
  const [x, y] = unproject(camera, viewport, px, py);
  const keep = 2 ** (camera.zoom - zoom);
  return { x: x + (camera.x - x) * keep, y: y + (camera.y - y) * keep, zoom };
}

export function panBy(camera: Camera, viewport: Viewport, dxPx: number, dyPx: number): Camera {
  const scale = scalePx(camera, viewport);
  return { ...camera, x: camera.x - dxPx / scale, y: camera.y - dyPx / scale };
}

/** Keeps the camera over the map and its zoom within bounds. */
export function clampCamera(camera: Camera, maxZoom: number): Camera {
  const clamp = (v: number, low: number, high: number) => Math.min(high, Math.max(low, v));
  return { x: clamp(camera.x, 0, 1), y: clamp(camera.y, 0, 1), zoom: clamp(camera.zoom, MIN_ZOOM, maxZoom) };
}

/** The zoom at which one tile of the finest grid is about 440 pixels wide. */
export function maxZoomFor(finestGrid: number, viewport: Viewport): number {
  return Math.max(2, Math.log2((440 * finestGrid) / fitPx(viewport)));
}

/** The part of the map on the canvas between the insets, clipped to nothing. */
export function visiblePart(camera: Camera, viewport: Viewport): { left: number; top: number; right: number; bottom: number } {
  const { width, height, insets } = viewport;
  const [left, top] = unproject(camera, viewport, insets.left, insets.top);
  const [right, bottom] = unproject(camera, viewport, width - insets.right, height - insets.bottom);
  return { left, top, right, bottom };
}
