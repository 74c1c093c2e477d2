import { randomFor, sampleWithoutReplacement } from '../random.js';

/** How many positions each picture gives, so that the sum is `activations`: as even as can be, at least one, at most `available`. */
export function positionsPerPicture(options: { activations: number; pictures: number; available: number }): Int32Array {
  const { activations, pictures, available } = options;
  return Int32Array.from({ length: pictures }, (_, i) => {
    const share = Math.floor(((i + 1) * activations) / pictures) - Math.floor((i * activations) / pictures);
    return Math.max(1, Math.min(available, share));
  });
}

/** Positions of a map of `height` × `width` that are not on its edge (1…H − 2 where H ≥ 3), because those see padding. */
export function interior(height: number, width: number): { top: number; left: number; rows: number; columns: number } {
  const trim = (n: number) => (n >= 3 ? { first: 1, count: n - 2 } : { first: 0, count: n });
  const vertical = trim(height);
  const horizontal = trim(width);
  return { top: vertical.first, left: horizontal.first, rows: vertical.count, columns: horizontal.count };
}

export interface PositionOptions {
  readonly seed: number;
  readonly layer: string;
  /** Index of the picture. */
  readonly picture: number;
  readonly height: number;
  readonly width: number;
  readonly count: number;
}

/** `count` different interior positions of a picture in a layer, in reading order, as row · width + column. */
export function samplePositions({ seed, layer, picture, height, width, count }: PositionOptions): Int32Array {
  const { top, left, rows, columns } = interior(height, width);
  const random = randomFor(seed, 'positions', layer, picture);
  return sampleWithoutReplacement(random, rows * columns, count).map(
    (index) => (top + Math.floor(index / columns)) * width + left + (index % columns),
  );
}
