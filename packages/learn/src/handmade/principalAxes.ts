import { jacobiEigen } from '@incognita/runtime';
import { rowProducts } from './rowProducts.js';

/** A change to the axes along which points vary most. */
export interface PrincipalAxes {
  readonly dims: number;
  readonly kept: number;
  readonly mean: Float64Array;
  /** [kept, dims], each of length 1, the one of largest variance first. */
  readonly axes: Float64Array;
}

/**
 * Principal axes of points [n, dims] from all eigenvectors of their covariance; the largest entry of each is positive.
 *
 * Descriptors are brought to them because a mixture of Gaussians without covariances wants numbers that are not correlated (Perronnin et al. 2010,
 * section 4.1). Source: Pearson 1901.
 */
export function principalAxes(points: Float32Array, dims: number, kept: number): PrincipalAxes {
  const n = points.length / dims;
  if (kept > dims || n < 2)
    throw new RangeError(
      `${n} points of ${dims} numbers have no ${kept} principal axes; keep at most ${dims}, and give two points.`,
    );
  const mean = new Float64Array(dims);
  for (let i = 0; i < points.length; i++) mean[i % dims]! += points[i]! / n;
  const covariance = new Float64Array(dims * dims);
  const centred = new Float64Array(dims);
  for (let p = 0; p < n; p++) {
    for (let i = 0; i < dims; i++) centred[i] = points[p * dims + i]! - mean[i]!;
    for (let i = 0; i < dims; i++) {
      const value = centred[i]! / n;
      for (let j = 0; j <= i; j++) covariance[i * dims + j]! += value * centred[j]!;
    }
  }
  for (let i = 0; i < dims; i++) for (let j = 0; j < i; j++) covariance[j * dims + i] = covariance[i * dims + j]!;
  const { values, vectors } = jacobiEigen(covariance, dims);
  const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]! || a - b);
  const axes = new Float64Array(kept * dims);
  for (let k = 0; k < kept; k++) {
    const axis = Float64Array.from({ length: dims }, (_, i) => vectors[i * dims + order[k]!]!);
    const largest = axis.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    axes.set(largest < 0 ? axis.map((value) => -value) : axis, k * dims);
  }
  return { dims, kept, mean, axes };
}

/** Coordinates of points [n, dims] along the axes, [n, kept]. */
export function project({ dims, kept, mean, axes }: PrincipalAxes, points: Float32Array): Float32Array {
  const along = rowProducts(points, axes, dims);
  const shift = rowProducts(Float32Array.from(mean), axes, dims);
  const out = new Float32Array(along.length);
  for (let i = 0; i < along.length; i++) out[i] = along[i]! - shift[i % kept]!;
  return out;
}
