import { type RefObject, useEffect } from 'react';
import { useAtlas, useAtlasState } from '../state/AtlasContext.js';
import { prefersReducedMotion } from './camera.js';
import type { Insets } from './geometry.js';
import { insetsFor } from './insets.js';

const SLIDE_MS = 260;

/** Measures the canvas, and slides the map aside when a panel opens over it. */
export function useViewport(target: RefObject<HTMLElement | null>): void {
  const { viewport } = useAtlas();
  const detail = useAtlasState((s) => s.selected !== null);
  const path = useAtlasState((s) => s.path !== null);
  const filter = useAtlasState((s) => s.filter !== null);

  useEffect(() => {
    const element = target.current;
    if (!element) return;
    let frame = 0;
    const slideTo = (to: Insets) => {
      cancelAnimationFrame(frame);
      const from = viewport.get().insets;
      let start: number | null = null;
      const step = (time: number) => {
        start ??= time;
        const t = Math.min(1, (time - start) / SLIDE_MS);
        const k = 1 - (1 - t) ** 3;
        const mix = (side: keyof Insets) => from[side] + (to[side] - from[side]) * k;
        viewport.set((v) => ({
          ...v,
          insets: { top: mix('top'), right: mix('right'), bottom: mix('bottom'), left: mix('left') },
        }));
        if (t < 1) frame = requestAnimationFrame(step);
      };
      frame = requestAnimationFrame(step);
    };
    const measure = (jump: boolean) => {
      const { clientWidth: width, clientHeight: height } = element;
      const insets = insetsFor({ width, height, detail, path, filter });
      if (jump || prefersReducedMotion()) viewport.set({ width, height, insets });
      else slideTo(insets);
    };
    measure(viewport.get().width <= 1);
    let first = true;
    const observer = new ResizeObserver(() => {
      if (!first) measure(true);
      first = false;
    });
    observer.observe(element);
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
    };
  }, [target, viewport, detail, path, filter]);
}
