import { type RefObject, useEffect } from 'react';
import { useAtlas } from '../state/AtlasContext.js';
import { clampCamera, maxZoomFor, panBy, zoomAt } from './geometry.js';

const CLICK_SLOP_PX = 5;

export interface GestureHandlers {
  readonly onClick: (at: readonly [number, number], shiftKey: boolean) => void;
  readonly onHover: (at: readonly [number, number] | null) => void;
}

/** Mouse, touch and wheel on the map: drag and pinch, wheel zooms at the pointer, double click zooms in. */
export function useGestures(target: RefObject<HTMLElement | null>, handlers: GestureHandlers): void {
  const { camera, viewport, shown } = useAtlas();
  const finest = Math.max(...shown.layer.grids.map((g) => g.size));
  const { onClick, onHover } = handlers;

  useEffect(() => {
    const element = target.current;
    if (!element) return;
    const pointers = new Map<number, readonly [number, number]>();
    let travelled = 0;
    const maxZoom = () => maxZoomFor(finest, viewport.get());
    const place = (event: { clientX: number; clientY: number }): [number, number] => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const middle = () => {
      const all = [...pointers.values()];
      return [all.reduce((s, p) => s + p[0], 0) / all.length, all.reduce((s, p) => s + p[1], 0) / all.length] as const;
    };
    const spread = () => {
      const [a, b] = [...pointers.values()];
      return a && b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
    };
    const down = (event: PointerEvent) => {
      if (event.button !== 0) return;
      if (pointers.size === 0) travelled = 0;
      pointers.set(event.pointerId, place(event));
      element.setPointerCapture(event.pointerId);
    };
    const move = (event: PointerEvent) => {
      const at = place(event);
      if (!pointers.has(event.pointerId)) return onHover(event.pointerType === 'touch' ? null : at);
      const [before, spreadBefore] = [middle(), spread()];
      pointers.set(event.pointerId, at);
      const [after, spreadAfter] = [middle(), spread()];
      const [dx, dy] = [after[0] - before[0], after[1] - before[1]];
      travelled += Math.hypot(dx, dy) + Math.abs(spreadAfter - spreadBefore);
      if (travelled <= CLICK_SLOP_PX) return;
      onHover(null);
      let next = panBy(camera.get(), viewport.get(), dx, dy);
      if (spreadBefore > 0 && spreadAfter > 0) {
        next = zoomAt(next, viewport.get(), after, Math.log2(spreadAfter / spreadBefore), maxZoom());
      }
      camera.move(clampCamera(next, maxZoom()));
    };
    const up = (event: PointerEvent) => {
      if (!pointers.delete(event.pointerId)) return;
      if (event.type === 'pointerup' && pointers.size === 0 && travelled <= CLICK_SLOP_PX) onClick(place(event), event.shiftKey);
    };
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const perLine = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 18 : 1;
      // Pinches on a trackpad arrive as small wheel steps with ctrlKey.
      const steps = Math.max(-1, Math.min(1, -event.deltaY * perLine * (event.ctrlKey ? 0.012 : 0.0028)));
      camera.move(clampCamera(zoomAt(camera.get(), viewport.get(), place(event), steps, maxZoom()), maxZoom()));
    };
    const doubleClick = (event: MouseEvent) => {
      camera.flyTo(clampCamera(zoomAt(camera.get(), viewport.get(), place(event), 1, maxZoom()), maxZoom()));
    };
    const leave = () => onHover(null);
    const options = { passive: false } as const;
    element.addEventListener('pointerdown', down);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', up);
    element.addEventListener('pointercancel', up);
    element.addEventListener('pointerleave', leave);
    element.addEventListener('wheel', wheel, options);
    element.addEventListener('dblclick', doubleClick);
    return () => {
      element.removeEventListener('pointerdown', down);
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', up);
      element.removeEventListener('pointercancel', up);
      element.removeEventListener('pointerleave', leave);
      element.removeEventListener('wheel', wheel);
      element.removeEventListener('dblclick', doubleClick);
    };
  }, [target, camera, viewport, finest, onClick, onHover]);
}
