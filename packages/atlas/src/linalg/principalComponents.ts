import { jacobiEigen } from '@incognita/runtime';
import { randomFor } from '../random.js';
import type { Moments } from './secondMoment.js';

/**
 * The first `components` principal axes, [components, channels], longest first, each of length 1.
 *
 * Seeded randomized subspace iteration on the covariance C − μμᵀ (Halko, Martinsson and Tropp 2011, algorithm 4.4) with four
 * extra vectors, then Rayleigh–Ritz by Jacobi rotations. The sign of an axis is fixed by making its largest entry positive.
 */
export function principalComponents(
  moments: Moments,
  components: number,
  options: { seed: number; iterations?: number },
): Float64Array {
  const { secondMoment, mean } = moments;
  const d = mean.length;
  const width = Math.min(d, components + 4);
  const random = randomFor(options.seed, 'principal components', d);
  let basis: Float64Array = Float64Array.from({ length: width * d }, () => random.gaussian());
  orthonormalize(basis, width, d);
  const multiply = (rows: Float64Array): Float64Array => {
    const result = new Float64Array(width * d);
    for (let k = 0; k < width; k++) {
      let along = 0;
      for (let j = 0; j < d; j++) along += mean[j]! * rows[k * d + j]!;
      for (let i = 0; i < d; i++) {
        let sum = -mean[i]! * along;
        for (let j = 0, row = i * d; j < d; j++) sum += secondMoment[row + j]! * rows[k * d + j]!;
        result[k * d + i] = sum;
      }
    }
    return result;
  };
  for (let step = 0; step < (options.iterations ?? 40); step++) {
    basis = multiply(basis);
    orthonormalize(basis, width, d);
  }
  const image = multiply(basis);
  const small = new Float64Array(width * width);
  for (let a = 0; a < width; a++) {
    for (let b = 0; b < width; b++) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += basis[a * d + i]! * image[b * d + i]!;
      small[a * width + b] = sum;
    }
  }
  const { values, vectors } = jacobiEigen(small, width);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  const axes = new Float64Array(components * d);
  for (let k = 0; k < Math.min(components, width); k++) {
    const column = order[k]!;
    for (let a = 0; a < width; a++) {
      const weight = vectors[a * width + column]!;
      for (let i = 0; i < d; i++) axes[k * d + i] = axes[k * d + i]! + weight * basis[a * d + i]!;
    }
    let largest = 0;
    for (let i = 0; i < d; i++) if (Math.abs(axes[k * d + i]!) > Math.abs(largest)) largest = axes[k * d + i]!;
    if (largest < 0) for (let i = 0; i < d; i++) axes[k * d + i] = -axes[k * d + i]!;
  }
  return axes;
}

/** Modified Gram–Schmidt, twice; a row that vanishes becomes zero. */
function orthonormalize(rows: Float64Array, count: number, d: number): void {
  for (let k = 0; k < count; k++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let j = 0; j < k; j++) {
        let dot = 0;
        for (let i = 0; i < d; i++) dot += rows[k * d + i]! * rows[j * d + i]!;
        for (let i = 0; i < d; i++) rows[k * d + i] = rows[k * d + i]! - dot * rows[j * d + i]!;
      }
    }
    let norm = 0;
    for (let i = 0; i < d; i++) norm += rows[k * d + i]! ** 2;
    const scale = norm > 1e-300 ? 1 / Math.sqrt(norm) : 0;
    for (let i = 0; i < d; i++) rows[k * d + i] = rows[k * d + i]! * scale;
  }
}
