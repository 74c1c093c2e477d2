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

/** `Abs` of every element. */
export const abs: Unary = unary('Abs');
/** `Ceil` of every element. */
export const ceil: Unary = unary('Ceil');
/** `Cos` of every element. */
export const cos: Unary = unary('Cos');
/** `Erf` of every element. */
export const erf: Unary = unary('Erf');
/** `Exp` of every element. */
export const exp: Unary = unary('Exp');
/** `Floor` of every element. */
export const floor: Unary = unary('Floor');
/** `Identity` of every element. */
export const identity: Unary = unary('Identity');
/** `Log` of every element. */
export const log: Unary = unary('Log');
/** `Neg` of every element. */
export const neg: Unary = unary('Neg');
/** `Not` of every element. */
export const not: Unary = unary('Not');
/** `Reciprocal` of every element. */
export const reciprocal: Unary = unary('Reciprocal');
/** `Relu` of every element. */
export const relu: Unary = unary('Relu');
/** `Sigmoid` of every element. */
export const sigmoid: Unary = unary('Sigmoid');
/** `Sign` of every element. */
export const sign: Unary = unary('Sign');
/** `Sin` of every element. */
export const sin: Unary = unary('Sin');
/** `Softplus` of every element. */
export const softplus: Unary = unary('Softplus');
/** `Sqrt` of every element. */
export const sqrt: Unary = unary('Sqrt');
/** `Tanh` of every element. */
export const tanh: Unary = unary('Tanh');

/** `Add` element by element, with broadcasting. */
export const add: Binary = binary('Add');
/** `And` element by element, with broadcasting. */
export const and: Binary = binary('And');
/** `Div` element by element, with broadcasting. */
export const div: Binary = binary('Div');
/** `Equal` element by element, with broadcasting. */
export const equal: Binary = binary('Equal');
/** `Greater` element by element, with broadcasting. */
export const greater: Binary = binary('Greater');
/** `GreaterOrEqual` element by element, with broadcasting. */
export const greaterOrEqual: Binary = binary('GreaterOrEqual');
/** `Less` element by element, with broadcasting. */
export const less: Binary = binary('Less');
/** `LessOrEqual` element by element, with broadcasting. */
export const lessOrEqual: Binary = binary('LessOrEqual');
/** `Max` element by element, with broadcasting. */
export const max: Binary = binary('Max');
/** `Min` element by element, with broadcasting. */
export const min: Binary = binary('Min');
/** `Mul` element by element, with broadcasting. */
export const mul: Binary = binary('Mul');
/** `Or` element by element, with broadcasting. */
export const or: Binary = binary('Or');
/** `Pow` element by element, with broadcasting. */
export const pow: Binary = binary('Pow');
/** `Sub` element by element, with broadcasting. */
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
