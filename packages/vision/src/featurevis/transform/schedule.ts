import type { Random } from '@incognita/runtime';
import type { PictureSize } from '../../layout/pictureShapes.js';
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
  /**
   * Instead of the window in the middle the network sees a crop: its side a share of the picture's, uniform in `share`, and its
   * centre normal about the middle with deviation `centreSd` (a share of the side), kept inside the picture.
   */
  readonly crop?: { readonly share: readonly [from: number, to: number]; readonly centreSd: number };
  /** Deviation of normal noise, and half the width of uniform noise, added to what the network sees (0 … 1). */
  readonly noise?: number;
  /** How many transforms a step averages over; default 1. */
  readonly repeats?: number;
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
  /** distillpub/post--feature-visualization `src/index.ejs`, the footnote on transformation robustness. */
  featureVisualization: {
    padValue: 0.5,
    jitterPx: [16],
    scales: [1, 0.975, 1.025, 0.95, 1.05],
    degrees: range(-5, 5),
    jitterAfterPx: 8,
  },
  /** serre-lab/Horama `horama/maco_fv.py` and `common.py`, made for pictures of 1280 pixels. */
  horama: {
    padValue: 0.5,
    jitterPx: [],
    scales: [1],
    degrees: [0],
    jitterAfterPx: 0,
    crop: { share: [0.2, 0.25], centreSd: 0.15 },
    noise: 0.05,
    repeats: 6,
  },
  /** MACO in pictures little larger than what the network sees: larger crops, fewer of them. */
  crops: {
    padValue: 0.5,
    jitterPx: [],
    scales: [1],
    degrees: range(-5, 5),
    jitterAfterPx: 0,
    crop: { share: [0.6, 0.95], centreSd: 0.3 },
    noise: 0.03,
    repeats: 2,
  },
  /** The picture as it is. */
  none: { padValue: 0.5, jitterPx: [], scales: [1], degrees: [0], jitterAfterPx: 0 },
} as const satisfies Record<string, TransformPreset>;

/** A name of {@link TRANSFORM_PRESETS}. */
export type TransformPresetName = keyof typeof TRANSFORM_PRESETS;

/**
 * Draws one transform. A jitter of d pixels shifts by a whole number among 0 … d, less d / 2.
 *
 * @param sizes of the picture and of what the network sees of it; they count for crops alone.
 */
export function drawTransform(preset: TransformPreset, random: Random, sizes?: TransformSizes): Affine {
  const jitter = (px: number): Affine => shift(random.integer(px + 1) - px / 2, random.integer(px + 1) - px / 2);
  const one = (values: readonly number[]): number => values[random.integer(values.length)]!;
  return compose(
    ...(preset.crop && sizes ? [drawCrop(preset.crop, random, sizes)] : []),
    ...preset.jitterPx.map(jitter),
    scale(one(preset.scales)),
    rotate(one(preset.degrees)),
    jitter(preset.jitterAfterPx),
  );
}

/** Size of a picture and of what the network sees of it. */
export interface TransformSizes {
  readonly picture: PictureSize;
  readonly window: PictureSize;
}

function drawCrop({ share, centreSd }: NonNullable<TransformPreset['crop']>, random: Random, sizes: TransformSizes): Affine {
  const side = share[0] + random.uniform() * (share[1] - share[0]);
  const centre = (): number => {
    const reach = (1 - side) / 2;
    return Math.max(-reach, Math.min(reach, random.gaussian() * centreSd));
  };
  const { picture, window } = sizes;
  return {
    xx: (side * picture.widthPx) / window.widthPx,
    xy: 0,
    yx: 0,
    yy: (side * picture.heightPx) / window.heightPx,
    x0: centre() * picture.widthPx,
    y0: centre() * picture.heightPx,
  };
}
