import { codeOf } from '../../proto/dataTypes.js';
import type { DataType } from '../../types.js';
import type { GraphBuilder } from '../builder.js';
import { float } from '../builder.js';

type Unary = (b: GraphBuilder, x: string) => string;
type Binary = (b: GraphBuilder, x: string, y: string) => string;

const unary =
  (op: string): Unary =>
  (b, x) =>
    b.op(op, [x]);
const binary =
  (op: string): Binary =>
  (b, x, y) =>
    b.op(op, [x, y]);

export const abs: Unary = unary('Abs');
export const ceil: Unary = unary('Ceil');
export const cos: Unary = unary('Cos');
export const erf: Unary = unary('Erf');
export const exp: Unary = unary('Exp');
export const floor: Unary = unary('Floor');
export const identity: Unary = unary('Identity');
export const log: Unary = unary('Log');
export const neg: Unary = unary('Neg');
export const not: Unary = unary('Not');
export const reciprocal: Unary = unary('Reciprocal');
export const relu: Unary = unary('Relu');
export const sigmoid: Unary = unary('Sigmoid');
export const sign: Unary = unary('Sign');
export const sin: Unary = unary('Sin');
export const softplus: Unary = unary('Softplus');
export const sqrt: Unary = unary('Sqrt');
export const tanh: Unary = unary('Tanh');

export const add: Binary = binary('Add');
export const and: Binary = binary('And');
export const div: Binary = binary('Div');
export const equal: Binary = binary('Equal');
export const greater: Binary = binary('Greater');
export const greaterOrEqual: Binary = binary('GreaterOrEqual');
export const less: Binary = binary('Less');
export const lessOrEqual: Binary = binary('LessOrEqual');
export const max: Binary = binary('Max');
export const min: Binary = binary('Min');
export const mul: Binary = binary('Mul');
export const or: Binary = binary('Or');
export const pow: Binary = binary('Pow');
export const sub: Binary = binary('Sub');

/** `condition ? x : y`, element by element with broadcasting. */
export function where(b: GraphBuilder, condition: string, x: string, y: string): string {
  return b.op('Where', [condition, x, y]);
}

/** Converts the element type. */
export function cast(b: GraphBuilder, x: string, to: DataType): string {
  return b.op('Cast', [x], { to: codeOf(to) });
}

/** Limits x to low … high, which are scalars of its type; either may be absent. */
export function clip(b: GraphBuilder, x: string, low?: string, high?: string): string {
  return b.op('Clip', high === undefined ? (low === undefined ? [x] : [x, low]) : [x, low ?? '', high]);
}

/** x where it is positive, slope · x elsewhere. */
export function leakyRelu(b: GraphBuilder, x: string, slope = 0.01): string {
  return b.op('LeakyRelu', [x], { alpha: float(slope) });
}
