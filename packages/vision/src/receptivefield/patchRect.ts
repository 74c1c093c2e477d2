import type { Rect } from '../picture/picture.js';
import type { AxisField } from './axisField.js';
import type { ReceptiveField } from './receptiveField.js';

/** The pixels that position (row, column) of a layer sees, clipped to an input of `size` pixels. */
export function patchRect(
  field: ReceptiveField,
  row: number,
  column: number,
  size: { readonly width: number; readonly height: number },
): Rect {
  const [x, width] = span(field.width, column, size.width);
  const [y, height] = span(field.height, row, size.height);
  return { x, y, width, height };
}

function span({ sizePx, stridePx, offsetPx }: AxisField, position: number, length: number): [number, number] {
  if (sizePx === Infinity) return [0, length];
  const start = Math.floor(offsetPx + position * stridePx);
  const from = Math.max(0, Math.min(length - 1, start));
  const to = Math.min(length, Math.max(from + 1, start + sizePx));
  return [from, to - from];
}
