import type { Random } from '@incognita/runtime';
import { type Affine, compose, rotate, scale, shift } from './affine.js';

/**
 * A distribution of random transforms: jitter by each of `jitterPx` in turn, then scale by one of `scales`, rotate by one of `degrees`, jitter
 * by `jitterAfterPx`. Outside the picture lies `padValue` (0 black … 1 white).
 */
export interface TransformPreset {
  readonly padValue: number;
  readonly jitterPx: readonly number[];
  readonly scales: readonly number[];
  readonly degrees: readonly number[];
  readonly jitterAfterPx: number;
}

const powers = (factor: number, from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, i) => factor ** (from + i));
const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const ATLAS_DEGREES = [...range(-20, 19), ...range(-10, 9), ...range(-5, 4), 0, 0, 0, 0, 0];

/**
 * Published transforms, named after their source. In all of them the network sees a window of the picture's own size, centred, whereas the
 * originals crop after each jitter; `notebook` there shows the network a picture that varies in size, which a fixed batch cannot.
 */
export const TRANSFORM_PRESETS = {
  /** tensorflow/lucid `notebooks/activation-atlas/activation-atlas-simple.ipynb`. */
  notebook: {
    padValue: 1,
    jitterPx: [4, 4, 8, 8, 8],
    scales: [...powers(0.995, -5, 79), ...powers(0.998, 20, 39), ...powers(0.998, 20, 39)],
    degrees: ATLAS_DEGREES,
    jitterAfterPx: 2,
  },
  /** tensorflow/lucid `lucid/recipes/activation_atlas/render.py`. */
  lucidRecipe: {
    padValue: 0.5,
    jitterPx: [4, 4, 8, 8, 8],
    scales: powers(0.998, 20, 39),
    degrees: ATLAS_DEGREES,
    jitterAfterPx: 2,
  },
  /** tensorflow/lucid `lucid/optvis/transform.py` (`standard_transforms`). */
  standard: {
    padValue: 0.5,
    jitterPx: [8],
    scales: range(0, 10).map((i) => 1 + (i - 5) / 50),
    degrees: [...range(-10, 10), 0, 0, 0, 0, 0],
    jitterAfterPx: 4,
  },
  /** The picture as it is. */
  none: { padValue: 0.5, jitterPx: [], scales: [1], degrees: [0], jitterAfterPx: 0 },
} as const satisfies Record<string, TransformPreset>;

/** A name of {@link TRANSFORM_PRESETS}. */
export type TransformPresetName = keyof typeof TRANSFORM_PRESETS;

/** Draws one transform. A jitter of d pixels shifts by a whole number among 0 … d, less d / 2. */
export function drawTransform(preset: TransformPreset, random: Random): Affine {
  const jitter = (px: number): Affine => shift(random.integer(px + 1) - px / 2, random.integer(px + 1) - px / 2);
  const one = (values: readonly number[]): number => values[random.integer(values.length)]!;
  return compose(
    ...preset.jitterPx.map(jitter),
    scale(one(preset.scales)),
    rotate(one(preset.degrees)),
    jitter(preset.jitterAfterPx),
  );
}
