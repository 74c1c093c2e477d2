import type { Emitter } from './emitter.js';

/** Elements of a matrix up to which a changed copy of it is worth its memory: beyond, the product outweighs what is saved. */
export const LARGEST_FOLDED = 1 << 18;

/**
 * γ g less its mean along the last axis, where g = a Bᵀ was just written with a constant matrix B [c, m]: one product with
 * Bᵀ diag(γ) (1 − 11ᵀ/c), computed here. Null where g is something else or B is large or not at hand.
 */
export function centredProduct(e: Emitter, g: string, gamma: string): string | null {
  const product = e.madeBy(g);
  const turned = product?.op === 'MatMul' ? e.madeBy(product.inputs[1]!) : undefined;
  const matrix = turned?.op === 'Transpose' ? turned.inputs[0]! : undefined;
  const [rows, columns, ...more] = (matrix && e.tensor(matrix)?.dims) || [];
  if (!matrix || !rows || !columns || more.length > 0 || rows * columns > LARGEST_FOLDED || e.dtype(matrix) !== 'float32')
    return null;
  const [values, scale] = [e.values(matrix), e.values(gamma)];
  if (!values || scale?.length !== rows) return null;
  const folded = e.once(`centred ${matrix} by ${gamma}`, () => {
    const result = new Float32Array(rows * columns);
    for (let m = 0; m < columns; m++) {
      let mean = 0;
      for (let c = 0; c < rows; c++) mean += (values[c * columns + m]! * scale[c]!) / rows;
      for (let c = 0; c < rows; c++) result[m * rows + c] = values[c * columns + m]! * scale[c]! - mean;
    }
    return e.constant('float32', result, [columns, rows]);
  });
  return e.op('MatMul', [product!.inputs[0]!, folded]);
}
