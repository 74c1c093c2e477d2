/**
 * UMAP's attractive and repulsive gradient factors as functions of the squared distance, by table.
 *
 * The table is indexed by the upper bits of the squared distance as an IEEE 754 single: its exponent and the first nine bits
 * of its fraction. An entry is the exact value at the middle of its bin, so the relative error is below 2^-9, far
 * below the noise of stochastic descent, and no power is computed in the inner loop.
 */
export interface GradientTable {
  /** −2ab·s^{b−1} / (1 + a·s^b) for squared distance s. */
  readonly attraction: Float64Array;
  /** 2b·γ / ((0.001 + s)(1 + a·s^b)). */
  readonly repulsion: Float64Array;
  /** Index of the first entry: `bits >> SHIFT` of the smallest squared distance in the table. */
  readonly first: number;
}

/** Bits of the fraction that the index drops. */
export const SHIFT = 14;
const SMALLEST_EXPONENT = -40;
const LARGEST_EXPONENT = 20;

/** Source of the two formulas: lmcinnes/umap `umap/layouts.py::optimize_layout_euclidean`. */
export function gradientTable(a: number, b: number, repulsionStrength: number): GradientTable {
  const bits = new Int32Array(1);
  const value = new Float32Array(bits.buffer);
  value[0] = 2 ** SMALLEST_EXPONENT;
  const first = bits[0]! >> SHIFT;
  value[0] = 2 ** LARGEST_EXPONENT;
  const count = (bits[0]! >> SHIFT) - first;
  const attraction = new Float64Array(count);
  const repulsion = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    bits[0] = ((first + i) << SHIFT) | (1 << (SHIFT - 1));
    const squared = value[0]!;
    const power = squared ** b;
    attraction[i] = (-2 * a * b * (power / squared)) / (1 + a * power);
    repulsion[i] = (2 * b * repulsionStrength) / ((0.001 + squared) * (1 + a * power));
  }
  return { attraction, repulsion, first };
}
