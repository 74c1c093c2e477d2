/** A vector of numbers for each of many pictures. */
export interface Features {
  readonly count: number;
  readonly dims: number;
  /** [count, dims] */
  readonly data: Float32Array;
}

/** Scales values [from, to) to length 1; leaves zeros as they are. */
export function unitLength(values: Float32Array, from: number, to: number): void {
  let squares = 0;
  for (let i = from; i < to; i++) squares += values[i]! ** 2;
  const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let i = from; i < to; i++) values[i]! *= factor;
}

/**
 * Signed square roots, then length 1: what made Fisher vectors work, and the Hellinger kernel where values are counts.
 *
 * Source: Perronnin, Sánchez and Mensink 2010, Improving the Fisher Kernel, sections 3.1 and 3.2.
 */
export function powerNormalise(values: Float32Array, from: number, to: number): void {
  for (let i = from; i < to; i++) values[i] = Math.sign(values[i]!) * Math.sqrt(Math.abs(values[i]!));
  unitLength(values, from, to);
}

/** Room for features in memory that workers share. */
export function emptyFeatures(count: number, dims: number): Features {
  return { count, dims, data: new Float32Array(new SharedArrayBuffer(4 * count * dims)) };
}

/** The same features in memory that workers share; as they are where they are already. */
export function sharedFeatures(features: Features): Features {
  if (features.data.buffer instanceof SharedArrayBuffer) return features;
  const shared = emptyFeatures(features.count, features.dims);
  shared.data.set(features.data);
  return shared;
}
