import type { ReceptiveField } from './receptiveField.js';

/** Smallest and largest side of an optimised picture. */
const LIMITS_PX = [48, 96] as const;
const MULTIPLE_PX = 16;

/**
 * The side of an optimised picture for a layer: its receptive field, rounded up to a multiple of 16 and kept within 48 … 96 pixels.
 * More than the receptive field would never be seen by the position that is excited, and what excites it lies in the middle (Luo et al.
 * 2016, arXiv 1701.04128: the effective field is far smaller than the theoretical one): beyond 96 pixels icons of deep layers gain a grey
 * border, at a price that grows as the square of the side.
 */
export function iconSizePx({ height, width }: ReceptiveField): number {
  const size = Math.ceil(Math.max(height.sizePx, width.sizePx) / MULTIPLE_PX) * MULTIPLE_PX;
  return Math.max(LIMITS_PX[0], Math.min(LIMITS_PX[1], size));
}
