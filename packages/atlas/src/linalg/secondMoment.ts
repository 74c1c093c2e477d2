/** XᵀX/N and the mean row of a matrix X of [count, channels]. */
export interface Moments {
  /** [channels, channels] row-major, uncentred. */
  readonly secondMoment: Float64Array;
  readonly mean: Float64Array;
  readonly count: number;
}

/** The mean of the rows of X [count, channels]. */
export function meanRow(data: Float32Array, count: number, channels: number): Float64Array {
  const mean = new Float64Array(channels);
  for (let i = 0, at = 0; i < count; i++) {
    for (let c = 0; c < channels; c++, at++) mean[c] = mean[c]! + data[at]!;
  }
  for (let c = 0; c < channels; c++) mean[c] = mean[c]! / count;
  return mean;
}

/**
 * XᵀX/N in f64, one row after the other. Exact and slow (N·d²/2 multiplications): for small layers and as the reference;
 * large ones go through ONNX Runtime (`secondMoment.task.ts`).
 */
export function moments(data: Float32Array, count: number, channels: number): Moments {
  const d = channels;
  const c = new Float64Array(d * d);
  for (let n = 0; n < count; n++) {
    const row = n * d;
    for (let i = 0; i < d; i++) {
      const x = data[row + i]!;
      if (x === 0) continue;
      const at = i * d;
      for (let j = 0; j <= i; j++) c[at + j] = c[at + j]! + x * data[row + j]!;
    }
  }
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const value = c[i * d + j]! / count;
      c[i * d + j] = value;
      c[j * d + i] = value;
    }
  }
  return { secondMoment: c, mean: meanRow(data, count, d), count };
}
