import { fourierParameterization } from './fourier.js';
import type { Parameterization } from './parameterization.js';
import { pixelParameterization } from './pixels.js';

/** How pictures are written as parameters: see {@link fourierParameterization} and {@link pixelParameterization}. */
export type ParameterizationChoice = { readonly kind: 'fourier'; readonly decay?: number } | { readonly kind: 'pixels' };

/** The parameterization that a choice names. */
export function createParameterization(
  choice: ParameterizationChoice,
  size: { readonly widthPx: number; readonly heightPx: number },
): Parameterization {
  return choice.kind === 'fourier' ? fourierParameterization({ ...size, decay: choice.decay ?? 1 }) : pixelParameterization(size);
}
