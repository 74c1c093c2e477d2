/**
 * The lower Cholesky factor L of a symmetric positive definite matrix A = L·Lᵀ.
 * `matrix` is [d, d] row-major; only its lower triangle is read. Throws when a pivot is not positive.
 * Source: Golub and Van Loan, Matrix Computations, algorithm 4.2.2 (row version).
 */
export function cholesky(matrix: Float64Array, d: number): Float64Array {
  const lower = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    const rowI = i * d;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * d;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= lower[rowI + k]! * lower[rowJ + k]!;
      if (i !== j) {
        lower[rowI + j] = sum / lower[rowJ + j]!;
      } else if (sum > 0) {
        lower[rowI + i] = Math.sqrt(sum);
      } else {
        throw new RangeError(
          `The matrix is not positive definite: pivot ${i} of ${d} is ${sum}. Use a larger ridge, or drop channels that are never active.`,
        );
      }
    }
  }
  return lower;
}

/** Solves L·Lᵀ·x = b for one right-hand side; `lower` from {@link cholesky}. Returns a new vector of length d. */
export function choleskySolve(lower: Float64Array, d: number, b: ArrayLike<number>): Float64Array {
  const x = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = b[i]!;
    const row = i * d;
    for (let k = 0; k < i; k++) sum -= lower[row + k]! * x[k]!;
    x[i] = sum / lower[row + i]!;
  }
  for (let i = d - 1; i >= 0; i--) {
    const value = x[i]! / lower[i * d + i]!;
    x[i] = value;
    const row = i * d;
    for (let k = 0; k < i; k++) x[k] = x[k]! - lower[row + k]! * value;
  }
  return x;
}
