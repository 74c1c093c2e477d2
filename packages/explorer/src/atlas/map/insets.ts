import type { Insets } from './geometry.js';

interface Layout {
  readonly width: number;
  readonly height: number;
  /** What is open over the map. */
  readonly detail: boolean;
  readonly path: boolean;
  readonly filter: boolean;
}

/** Below this width the panels stand above and below the map instead of beside it; the same in the style sheets. */
const NARROW_PX = 820;

/** Room that the panels take from the map; mirrors the layout in AtlasPage.css. */
export function insetsFor({ width, height, detail, path, filter }: Layout): Insets {
  if (width < NARROW_PX) {
    return { top: filter ? 208 : 108, right: 8, left: 8, bottom: detail ? Math.round(height * 0.52) : path ? 236 : 116 };
  }
  return { top: filter ? 122 : 72, right: detail ? 404 : 24, left: 264, bottom: path ? 176 : 24 };
}
