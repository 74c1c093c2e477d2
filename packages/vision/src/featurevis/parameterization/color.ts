import type { GraphBuilder } from '@incognita/onnx';

/**
 * Square root of the covariance of colours in ImageNet, with its columns scaled by the largest column norm: decorrelated colours t
 * become RGB by M t. Source: tensorflow/lucid `lucid/optvis/param/color.py` (`color_correlation_svd_sqrt`). Row-major 3 × 3.
 */
export const COLOR_MATRIX: readonly number[] = normalized([0.26, 0.09, 0.02, 0.27, 0, -0.05, 0.27, -0.09, 0.03]);

/** The inverse of {@link COLOR_MATRIX}. */
export const INVERSE_COLOR_MATRIX: readonly number[] = inverse3(COLOR_MATRIX);

function normalized(matrix: readonly number[]): number[] {
  const norms = [0, 1, 2].map((column) => Math.hypot(matrix[column]!, matrix[3 + column]!, matrix[6 + column]!));
  const largest = Math.max(...norms);
  return matrix.map((value) => value / largest);
}

/** The inverse of a 3 × 3 matrix. */
export function inverse3(m: readonly number[]): number[] {
  const at = (row: number, column: number): number => m[(row % 3) * 3 + (column % 3)]!;
  const cofactor = (row: number, column: number): number =>
    at(row + 1, column + 1) * at(row + 2, column + 2) - at(row + 1, column + 2) * at(row + 2, column + 1);
  const determinant = [0, 1, 2].reduce((sum, column) => sum + at(0, column) * cofactor(0, column), 0);
  return Array.from({ length: 9 }, (_, i) => cofactor(i % 3, Math.floor(i / 3)) / determinant);
}

/** Multiplies the three planes of `values` [3, pixels] by a 3 × 3 matrix. */
export function mixPlanes(matrix: readonly number[], values: ArrayLike<number>): Float64Array {
  const pixels = values.length / 3;
  const out = new Float64Array(values.length);
  for (let row = 0; row < 3; row++)
    for (let i = 0; i < pixels; i++)
      out[row * pixels + i] =
        matrix[row * 3]! * values[i]! +
        matrix[row * 3 + 1]! * values[pixels + i]! +
        matrix[row * 3 + 2]! * values[2 * pixels + i]!;
  return out;
}

/** Adds the nodes that turn decorrelated planes [batch, 3, pixels] into colours; other numbers of planes are left as they are. */
export function mixColors(b: GraphBuilder, planes: string, count: number, matrix: readonly number[] = COLOR_MATRIX): string {
  return count === 3 ? b.op('MatMul', [b.f32(matrix, [3, 3]), planes]) : planes;
}

/** The inverse of {@link mixColors} in numbers. */
export function unmixColors(
  values: Float64Array,
  count: number,
  inverse: readonly number[] = INVERSE_COLOR_MATRIX,
): Float64Array {
  return count === 3 ? mixPlanes(inverse, values) : values;
}
