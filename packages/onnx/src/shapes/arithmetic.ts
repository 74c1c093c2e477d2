import type { DataType, Dim } from '../types.js';
import type { PartialValue, RuleContext, ValueRule } from './context.js';
import type { DimAlgebra } from './dims.js';
import { broadcastShapes } from './elementwise.js';

type Binary = (a: Dim, b: Dim, dims: DimAlgebra, real: boolean) => Dim;

/** Operators on two small tensors, element by element with broadcasting; symbols where the algebra allows. */
const binary: Readonly<Record<string, Binary>> = {
  Add: (a, b, dims, real) => (real ? both(a, b, (x, y) => x + y) : dims.add(a, b)),
  Sub: (a, b, dims, real) => (real ? both(a, b, (x, y) => x - y) : dims.sub(a, b)),
  Mul: (a, b, dims, real) => (real ? both(a, b, (x, y) => x * y) : dims.mul(a, b)),
  // Integer division truncates; symbols are sizes, hence not negative, where it equals the floor.
  Div: (a, b, dims, real) => {
    if (real) return both(a, b, (x, y) => x / y);
    return (
      both(a, b, (x, y) => (y === 0 ? null : Math.trunc(x / y))) ?? (typeof b === 'number' && b < 1 ? null : dims.floorDiv(a, b))
    );
  },
  // The rest has the sign of the divisor, as a − b ⌊a / b⌋ has.
  Mod: (a, b, dims, real) => {
    const known = both(a, b, (x, y) => (y === 0 ? null : x - Math.floor(x / y) * y));
    return real || known !== null || (typeof b === 'number' && b < 1) ? known : dims.sub(a, dims.mul(b, dims.floorDiv(a, b)));
  },
  Min: (a, b, dims) => dims.min(a, b),
  Max: (a, b, dims) => dims.max(a, b),
  Pow: (a, b) => both(a, b, (x, y) => x ** y),
  Equal: (a, b) => same(a, b),
  Less: (a, b) => both(a, b, (x, y) => Number(x < y)),
  LessOrEqual: (a, b) => both(a, b, (x, y) => Number(x <= y)),
  Greater: (a, b) => both(a, b, (x, y) => Number(x > y)),
  GreaterOrEqual: (a, b) => both(a, b, (x, y) => Number(x >= y)),
  And: (a, b) => (a === 0 || b === 0 ? 0 : both(a, b, (x, y) => x & y)),
  Or: (a, b) => (a === 1 || b === 1 ? 1 : both(a, b, (x, y) => x | y)),
};
const truth = new Set(['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or']);

const unary: Readonly<Record<string, (x: number) => number>> = {
  Neg: (x) => -x,
  Abs: Math.abs,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sqrt: Math.sqrt,
  Not: (x) => 1 - x,
  Sign: Math.sign,
};

function both(a: Dim, b: Dim, compute: (x: number, y: number) => Dim): Dim {
  return typeof a === 'number' && typeof b === 'number' ? compute(a, b) : null;
}

/** A symbol equals itself, and never a negative number or zero. */
function same(a: Dim, b: Dim): Dim {
  if (a === null || b === null) return null;
  if (typeof a === typeof b) return a === b ? 1 : typeof a === 'number' ? 0 : null;
  const known = typeof a === 'number' ? a : (b as number);
  return known <= 0 && !String(typeof a === 'number' ? b : a).includes('-') ? 0 : null;
}

function isReal(dtype: DataType): boolean {
  return dtype.startsWith('float');
}

function applyBinary(c: RuleContext): PartialValue | null {
  const rule = binary[c.node.op];
  let result = c.value(0);
  if (rule === undefined || result === null) return null;
  for (let i = 1; i < c.node.inputs.length; i++) {
    const other = c.value(i);
    if (other === null || result === null) return null;
    const real = isReal(result.dtype);
    const dtype: DataType = truth.has(c.node.op) ? 'bool' : result.dtype;
    const left: PartialValue = result;
    result = zip([left, other], dtype, ([a, b]) => {
      const value = rule(a!, b!, c.dims, real);
      return real && dtype === 'float32' && typeof value === 'number' ? Math.fround(value) : value;
    });
  }
  return result;
}

function applyUnary(c: RuleContext): PartialValue | null {
  const x = c.value(0);
  const rule = unary[c.node.op];
  if (x === null || rule === undefined) return null;
  const symbol = (v: Dim): Dim => (c.node.op === 'Neg' && !isReal(x.dtype) ? c.dims.sub(0, v) : null);
  return { ...x, data: x.data.map((v) => (typeof v === 'number' ? rule(v) : symbol(v))) };
}

const where: ValueRule = (c) => {
  const [condition, yes, no] = [c.value(0), c.value(1), c.value(2)];
  if (condition === null || yes === null || no === null) return [];
  return [zip([condition, yes, no], yes.dtype, ([k, a, b]) => (k === null ? (a === b ? a! : null) : k !== 0 ? a! : b!))];
};

/** Combines values element by element, broadcast to one shape. */
function zip(values: readonly PartialValue[], dtype: DataType, combine: (elements: Dim[]) => Dim): PartialValue {
  const shape = values.map((v) => v.shape as readonly Dim[]).reduce(broadcastShapes) as number[];
  const count = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: count }, (_, at) => combine(values.map((v) => v.data[sourceIndex(at, shape, v.shape)]!)));
  return { dtype, shape, data };
}

/** Position in a broadcast operand of the element at `at` of the result. */
function sourceIndex(at: number, shape: readonly number[], operand: readonly number[]): number {
  let index = 0;
  let stride = 1;
  let rest = at;
  for (let i = shape.length - 1; i >= 0; i--) {
    const position = rest % shape[i]!;
    rest = Math.floor(rest / shape[i]!);
    const j = i - (shape.length - operand.length);
    if (j < 0) continue;
    if (operand[j] !== 1) index += position * stride;
    stride *= operand[j]!;
  }
  return index;
}

/** Value rules of the arithmetic and logical operators. */
export const arithmeticRules: readonly (readonly [string, ValueRule])[] = [
  ...Object.keys(binary).map((op) => [op, (c: RuleContext) => [applyBinary(c)]] as const),
  ...Object.keys(unary).map((op) => [op, (c: RuleContext) => [applyUnary(c)]] as const),
  ['Where', where],
];
