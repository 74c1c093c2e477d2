import { type Generator, single } from './problem.js';

/** WGSL, section 15.7.4: the absolute error of sin and cos may be 2⁻¹¹. */
export const inexact = { webgpu: { tolerance: 1e-3, reason: 'WGSL lets sine and cosine be wrong by 2⁻¹¹' } };

/** A function of one number; the points are drawn from the range, or now and then from numbers on its kinks. */
const unary =
  (op: string, low: number, high: number, kinks?: readonly number[]): Generator =>
  (draw) => {
    const dims = draw.dims({ rank: [0, 4], empty: 0.05 });
    const kinked = kinks !== undefined && draw.chance(0.3);
    return single(draw, { op, inputs: [kinked ? draw.ties(dims, kinks) : draw.values(dims, low, high)], kinked });
  };

export const elementary: Readonly<Record<string, Generator>> = {
  Abs: unary('Abs', -2, 2, [-1, 0, 2]),
  Acos: unary('Acos', -0.9, 0.9),
  Acosh: unary('Acosh', 1.3, 4),
  Asin: unary('Asin', -0.9, 0.9),
  Asinh: unary('Asinh', -3, 3),
  Atan: unary('Atan', -3, 3),
  Atanh: unary('Atanh', -0.9, 0.9),
  Cos: (draw) => ({ ...unary('Cos', -4, 4)(draw), exceptions: inexact }),
  Cosh: unary('Cosh', -2, 2),
  Erf: unary('Erf', -2, 2),
  Exp: unary('Exp', -2, 2),
  Log: unary('Log', 0.3, 3),
  Neg: unary('Neg', -2, 2),
  Reciprocal: unary('Reciprocal', 0.3, 3),
  Sin: (draw) => ({ ...unary('Sin', -4, 4)(draw), exceptions: inexact }),
  Sinh: unary('Sinh', -2, 2),
  Sqrt: unary('Sqrt', 0.3, 3),
  Tan: unary('Tan', -1.2, 1.2),
};
