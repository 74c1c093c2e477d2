import type { ShapeRule } from './context.js';
import { conv } from './convolution.js';
import { matMul } from './linear.js';

/** Products of whole numbers are int32. */
export const convInteger: ShapeRule = (c) => conv(c).map((type) => type && { ...type, dtype: 'int32' });
export const matMulInteger: ShapeRule = (c) => matMul(c).map((type) => type && { ...type, dtype: 'int32' });

/** Y, its scale and its zero point. */
export const dynamicQuantizeLinear: ShapeRule = (c) => [
  { dtype: 'uint8', shape: c.shape(0) },
  { dtype: 'float32', shape: [] },
  { dtype: 'uint8', shape: [] },
];

/** The operand that follows is behind the first one's scale and zero point, and the result has the type of its own zero point. */
const quantized =
  (rule: ShapeRule): ShapeRule =>
  (c) => {
    const at = (i: number): number => (i === 1 ? 3 : i);
    const plain = rule({ ...c, type: (i) => c.type(at(i)), shape: (i) => c.shape(at(i)) });
    return plain.map((type) => type && { ...type, dtype: c.type(7)?.dtype ?? type.dtype });
  };

export const qLinearConv: ShapeRule = quantized(conv);
export const qLinearMatMul: ShapeRule = quantized(matMul);
