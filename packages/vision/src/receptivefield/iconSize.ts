import type { ReceptiveField } from './receptiveField.js';

/** Smallest and largest side of an optimised picture. */
const LIMITS_PX = [48, 160] as const;
const MULTIPLE_PX = 16;

/**
 * The side of an optimised picture for a layer: its receptive field, rounded up to a multiple of 16 and kept within 48 … 160 pixels.
 * More would never be seen by the position that is excited; less would not fill it.
 */
export function iconSizePx({ height, width }: ReceptiveField): number {
  const size = Math.ceil(Math.max(height.sizePx, width.sizePx) / MULTIPLE_PX) * MULTIPLE_PX;
  return Math.max(LIMITS_PX[0], Math.min(LIMITS_PX[1], size));
}
