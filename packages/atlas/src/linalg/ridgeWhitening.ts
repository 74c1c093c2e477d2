import { randomFor } from '../random.js';
import { cholesky, choleskySolve } from './cholesky.js';

/** The inverse of a ridged second-moment matrix, kept as its Cholesky factor. */
export interface Whitening {
  readonly channels: number;
  /** The ridge as a share of the mean eigenvalue. */
  readonly ridgeRatio: number;
  /** λmax / λmin of the ridged matrix. */
  readonly conditionNumber: number;
  /** v ↦ (C + λ·tr(C)/d·I)⁻¹·v for one target direction of `channels` numbers. */
  apply(direction: ArrayLike<number>): Float64Array;
}

/** Default ridge: a thousandth of the mean eigenvalue, so that a channel that is never active does no harm. */
export const DEFAULT_RIDGE_RATIO = 1e-3;

/**
 * Prepares v ↦ (C + λ·tr(C)/d·I)⁻¹·v. `secondMoment` is C = XᵀX/N, uncentred, [d, d] row-major.
 *
 * Lucid whitens target directions with the plain inverse of C, which does not exist when a channel is never active
 * (tensorflow/lucid `notebooks/activation-atlas/activation-atlas-simple.ipynb`, `whiten`); the ridge mends that.
 * The condition number comes from power iteration and inverse iteration.
 */
export function ridgeWhitening(secondMoment: Float64Array, channels: number, options: { ridgeRatio?: number } = {}): Whitening {
  const ridgeRatio = options.ridgeRatio ?? DEFAULT_RIDGE_RATIO;
  const d = channels;
  if (secondMoment.length !== d * d) {
    throw new RangeError(`The second-moment matrix has ${secondMoment.length} numbers; ${d} channels need ${d * d}.`);
  }
  let trace = 0;
  for (let i = 0; i < d; i++) trace += secondMoment[i * d + i]!;
  if (!(trace > 0)) {
    throw new RangeError(`All ${d} channels of this layer are zero in every picture (trace ${trace}): choose another layer.`);
  }
  const ridged = Float64Array.from(secondMoment);
  const ridge = (ridgeRatio * trace) / d;
  for (let i = 0; i < d; i++) ridged[i * d + i] = ridged[i * d + i]! + ridge;
  const lower = cholesky(ridged, d);
  const largest = largestEigenvalue(d, (v) => multiplySymmetric(ridged, d, v));
  const smallest = 1 / largestEigenvalue(d, (v) => choleskySolve(lower, d, v));
  return {
    channels: d,
    ridgeRatio,
    conditionNumber: Math.max(1, largest / smallest),
    apply(direction) {
      if (direction.length !== d)
        throw new RangeError(`The direction has ${direction.length} numbers; the layer has ${d} channels.`);
      return choleskySolve(lower, d, direction);
    },
  };
}

function multiplySymmetric(matrix: Float64Array, d: number, v: Float64Array): Float64Array {
  const result = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = 0;
    const row = i * d;
    for (let j = 0; j < d; j++) sum += matrix[row + j]! * v[j]!;
    result[i] = sum;
  }
  return result;
}

/** Power iteration with the Rayleigh quotient, to a relative change of 1e-10 or 500 steps. */
function largestEigenvalue(d: number, multiply: (v: Float64Array) => Float64Array): number {
  const random = randomFor('power iteration', d);
  let v: Float64Array = Float64Array.from({ length: d }, () => random.gaussian());
  let value = 0;
  for (let step = 0; step < 500; step++) {
    let norm = 0;
    for (const x of v) norm += x * x;
    norm = Math.sqrt(norm);
    for (let i = 0; i < d; i++) v[i] = v[i]! / norm;
    const next = multiply(v);
    let quotient = 0;
    for (let i = 0; i < d; i++) quotient += v[i]! * next[i]!;
    v = next;
    if (Math.abs(quotient - value) <= 1e-10 * Math.abs(quotient)) return quotient;
    value = quotient;
  }
  return value;
}
