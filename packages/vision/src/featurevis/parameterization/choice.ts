import { fourierParameterization } from './fourier.js';
import { macoParameterization } from './maco.js';
import type { Parameterization, PlaneSize } from './parameterization.js';
import { pixelParameterization } from './pixels.js';

/** How pictures are written as parameters: see {@link fourierParameterization}, {@link macoParameterization} and {@link pixelParameterization}. */
export type ParameterizationChoice =
  | { readonly kind: 'fourier'; readonly decay?: number }
  | { readonly kind: 'maco'; readonly magnitude: Float32Array }
  | { readonly kind: 'pixels' };

/** The parameterization that a choice names. */
export function createParameterization(choice: ParameterizationChoice, size: PlaneSize): Parameterization {
  if (choice.kind === 'maco') return macoParameterization({ ...size, magnitude: choice.magnitude });
  return choice.kind === 'fourier' ? fourierParameterization({ ...size, decay: choice.decay ?? 1 }) : pixelParameterization(size);
}
