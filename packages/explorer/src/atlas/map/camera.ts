import { createStore, type Store } from '../../state/store.js';
import type { Camera } from './geometry.js';

/** A camera that can be watched, moved at once, or flown; a move ends a flight. */
export interface CameraControl extends Pick<Store<Camera>, 'get' | 'subscribe'> {
  move(next: Camera): void;
  flyTo(target: Camera, durationMs?: number): void;
  /** Where the camera will be when its flight has ended. */
  target(): Camera;
}

export function prefersReducedMotion(): boolean {
  return globalThis.matchMedia?.('(prefers-reduced-motion: reduce)').matches ?? false;
}

export function createCamera(initial: Camera): CameraControl {
  const store = createStore(initial);
  let frame = 0;
  let destination = initial;
  const halt = () => {
    if (frame !== 0) cancelAnimationFrame(frame);
    frame = 0;
  };
  const move = (next: Camera) => {
    halt();
    destination = next;
    store.set(next);
  };
  return {
    get: store.get,
    subscribe: store.subscribe,
    move,
    target: () => destination,
    flyTo: (target, durationMs = 420) => {
      halt();
      if (prefersReducedMotion() || durationMs === 0) return move(target);
      destination = target;
      const from = store.get();
      let start: number | null = null;
      const step = (time: number) => {
        start ??= time;
        const t = Math.min(1, (time - start) / durationMs);
        store.set(between(from, target, ease(t)));
        if (t < 1) frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
    },
  };
}

/** A place between two cameras: the zoom changes evenly, and the end point runs straight and evenly over the screen. */
export function between(from: Camera, to: Camera, t: number): Camera {
  const zoom = from.zoom + (to.zoom - from.zoom) * t;
  const left = 2 ** (from.zoom - zoom) * (1 - t);
  return { x: to.x + (from.x - to.x) * left, y: to.y + (from.y - to.y) * left, zoom };
}

function ease(t: number): number {
  return t < 0.5 ? 4 * t ** 3 : 1 - (-2 * t + 2) ** 3 / 2;
}
