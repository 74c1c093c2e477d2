import { type Augmentation, NO_AUGMENTATION } from './augment.js';

/** How much pictures are changed while training, by name. Mirroring is apart: whether it keeps the meaning, only the user knows. */
export const AUGMENTATIONS = {
  none: NO_AUGMENTATION,
  /** Small moves, and a background behind what is transparent: for pictures that are alike already. */
  light: { ...NO_AUGMENTATION, rotateDegrees: 5, scale: 0.1, shift: 0.05, background: 0.3, contrast: 0.1, brightness: 0.05 },
  /** For few pictures, or where another hand has drawn what is to be recognised. */
  strong: {
    ...NO_AUGMENTATION,
    rotateDegrees: 15,
    scale: 0.25,
    stretch: 0.15,
    shear: 0.12,
    shift: 0.1,
    background: 0.7,
    contrast: 0.3,
    brightness: 0.2,
    saturation: 0.5,
    hueDegrees: 20,
    grey: 0.1,
    noise: 0.15,
  },
} as const satisfies Record<string, Augmentation>;

/** A name of {@link AUGMENTATIONS}. */
export type AugmentationName = keyof typeof AUGMENTATIONS;
