import type { Picture } from '../../picture/picture.js';
import { naturalSpectrum } from '../parameterization/naturalSpectrum.js';
import type { PlaneSize } from '../parameterization/parameterization.js';
import type { TransformPreset, TransformPresetName } from '../transform/schedule.js';

/** How a picture is found: what it is written in, and where it starts. */
export type Method =
  /** From noise, as a spectrum in decorrelated colours (Olah et al. 2017). */
  | { readonly kind: 'fourier'; readonly decay?: number }
  /** From noise, as pixels. */
  | { readonly kind: 'pixels' }
  /** From random phases under the spectrum of natural pictures (Fel et al. 2023): {@link naturalSpectrum} for a size. */
  | { readonly kind: 'maco'; readonly spectrum: (size: PlaneSize) => Float32Array }
  /**
   * From a real picture, kept near to it in the layer `near` (a tensor): what would have to be added for the unit to answer (Hamblin et al.
   * 2024). `keep`: how strongly, as a share of the objective's gradient; default 1.
   */
  | { readonly kind: 'accentuation'; readonly picture: Picture; readonly near: string; readonly keep?: number };

/** Names of methods. */
export type MethodName = Method['kind'];

/** What is used for a method where nothing is said. */
export interface MethodDefaults {
  readonly steps: number;
  readonly transforms: TransformPresetName | TransformPreset;
  /** Side of the picture, in sides of what the network sees of it at a time. */
  readonly pictureSides: number;
}

/** Defaults by method. Steps are those after which pictures no longer gain in shape. */
export const METHOD_DEFAULTS: Readonly<Record<MethodName, MethodDefaults>> = {
  fourier: { steps: 256, transforms: 'standard', pictureSides: 1 },
  pixels: { steps: 256, transforms: 'standard', pictureSides: 1 },
  maco: { steps: 256, transforms: 'crops', pictureSides: 1.25 },
  accentuation: { steps: 100, transforms: 'standard', pictureSides: 1 },
};

/** MACO with the spectrum of given pictures, which is computed once for each size. @throws RangeError without a picture. */
export function macoOf(pictures: readonly Picture[]): Method & { readonly kind: 'maco' } {
  const known = new Map<string, Float32Array>();
  return {
    kind: 'maco',
    spectrum: (size) => {
      const key = `${size.widthPx}×${size.heightPx}×${size.planes ?? 3}`;
      const magnitude = known.get(key) ?? naturalSpectrum(pictures, size);
      known.set(key, magnitude);
      return magnitude;
    },
  };
}
