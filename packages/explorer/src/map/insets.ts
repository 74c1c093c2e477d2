import type { Insets } from './geometry.js';

/** Room that the panels take from the map; mirrors the layout in AtlasPage.css. */
export function insetsFor({
  width,
  height,
  detail,
  path,
}: {
  width: number;
  height: number;
  detail: boolean;
  path: boolean;
}): Insets {
  if (width < 820) {
    return { top: 108, right: 8, left: 8, bottom: detail ? Math.round(height * 0.52) : path ? 236 : 116 };
  }
  return { top: 72, right: detail ? 404 : 24, left: 252, bottom: path ? 176 : 24 };
}
