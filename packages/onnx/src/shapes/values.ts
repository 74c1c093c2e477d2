import { dataTypeOf } from '../proto/dataTypes.js';
import type { Dim } from '../types.js';
import { arithmeticRules } from './arithmetic.js';
import { constantNodeValue, constantValue, LARGEST_VALUE } from './constants.js';
import type { PartialValue, RuleContext, ShapeRule, ValueRule } from './context.js';
import { front, numbers } from './context.js';
import { constantOfShape, range, shapeOf, shapeRange } from './generating.js';
import { concat, gather, slice, split } from './indexing.js';
import { expand, flatten, reshape, squeeze, transpose, unsqueeze } from './layout.js';
import { reduce } from './reduction.js';

/** A numeric shape from a shape rule; null where it is not known or too large to follow. */
function sizes(rule: ShapeRule, c: RuleContext, output = 0): readonly number[] | null {
  const shape = rule(c)[output]?.shape;
  if (shape == null || !shape.every((d) => typeof d === 'number' && d >= 0)) return null;
  return (shape as number[]).reduce((a, b) => a * b, 1) <= LARGEST_VALUE ? (shape as number[]) : null;
}

/** The same elements in another shape. */
function reshaped(rule: ShapeRule): ValueRule {
  return (c) => {
    const x = c.value(0);
    const shape = x === null ? null : sizes(rule, c);
    if (x === null || shape === null || shape.reduce((a, b) => a * b, 1) !== x.data.length) return [];
    return [{ ...x, shape }];
  };
}

/** Every element of the result is one element of input 0, found by `source` from the position in the result. */
function picked(
  rule: ShapeRule,
  source: (c: RuleContext, x: PartialValue) => ((position: number[]) => number[] | null) | null,
): ValueRule {
  return (c) => {
    const x = c.value(0);
    const shape = x === null ? null : sizes(rule, c);
    const find = x === null || shape === null ? null : source(c, x);
    if (x === null || shape === null || find === null) return [];
    const data = positions(shape).map((p): Dim => {
      const from = find(p);
      return from === null ? null : (x.data[offset(from, x.shape)] ?? null);
    });
    return [{ dtype: x.dtype, shape, data }];
  };
}

function positions(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>((all, size) => all.flatMap((p) => Array.from({ length: size }, (_, i) => [...p, i])), [[]]);
}

function offset(position: readonly number[], shape: readonly number[]): number {
  return shape.reduce((at, size, i) => at * size + position[i]!, 0);
}

const gatherValue = picked(gather, (c, x) => {
  const indices = c.value(1);
  if (indices === null) return null;
  const axis = front(c.int('axis', 0), x.shape.length);
  return (p) => {
    const index = indices.data[offset(p.slice(axis, axis + indices.shape.length), indices.shape)];
    if (typeof index !== 'number') return null;
    return [...p.slice(0, axis), front(index, x.shape[axis]!), ...p.slice(axis + indices.shape.length)];
  };
});

const sliceValue = picked(slice, (c, x) => {
  const starts = c.ints('starts') ?? numbers(c.value(1));
  const count = starts?.length ?? 0;
  const axes = c.ints('axes') ?? numbers(c.value(3)) ?? Array.from({ length: count }, (_, i) => i);
  const steps = numbers(c.value(4)) ?? Array<number>(count).fill(1);
  if (starts === null) return null;
  return (p) => {
    const from = [...p];
    axes.forEach((a, i) => {
      const axis = front(a, x.shape.length);
      const size = x.shape[axis]!;
      const start = Math.min(Math.max(front(starts[i]!, size), 0), steps[i]! > 0 ? size : size - 1);
      from[axis] = start + p[axis]! * steps[i]!;
    });
    return from;
  };
});

const transposeValue = picked(transpose, (c, x) => {
  const perm = c.ints('perm') ?? x.shape.map((_, i) => x.shape.length - 1 - i);
  return (p) => x.shape.map((_, i) => p[perm.indexOf(i)]!);
});

const expandValue = picked(
  expand,
  (_, x) => (p) => x.shape.map((size, i) => (size === 1 ? 0 : p[p.length - x.shape.length + i]!)),
);

const concatValue: ValueRule = (c) => {
  const values = c.node.inputs.map((_, i) => c.value(i));
  const shape = sizes(concat, c);
  if (shape === null || values.some((v) => v === null)) return [];
  const parts = values as PartialValue[];
  const axis = front(c.int('axis', 0), shape.length);
  const data = positions(shape).map((p): Dim => {
    let at = p[axis]!;
    for (const part of parts) {
      if (at < part.shape[axis]!) return part.data[offset([...p.slice(0, axis), at, ...p.slice(axis + 1)], part.shape)]!;
      at -= part.shape[axis]!;
    }
    return null;
  });
  return [{ dtype: parts[0]!.dtype, shape, data }];
};

const splitValue: ValueRule = (c) => {
  const x = c.value(0);
  if (x === null || x.shape.length !== 1) return [];
  let start = 0;
  return c.node.outputs.map((_, i) => {
    const size = sizes(split, c, i)?.[0];
    if (size === undefined) return null;
    start += size;
    return { dtype: x.dtype, shape: [size], data: x.data.slice(start - size, start) };
  });
};

const castValue: ValueRule = (c) => {
  const x = c.value(0);
  const dtype = dataTypeOf(c.int('to', 1));
  if (x === null || dtype === null) return [];
  const convert = (v: Dim): Dim => {
    if (typeof v !== 'number' || dtype.startsWith('float')) return v;
    return dtype === 'bool' ? Number(v !== 0) : Math.trunc(v);
  };
  return [{ dtype, shape: x.shape, data: x.data.map(convert) }];
};

const shapeValue: ValueRule = (c) => {
  const shape = c.shape(0);
  if (shape === null || shapeOf(c).length === 0) return [];
  const [start, end] = shapeRange(c, shape.length);
  const data = shape.slice(start, Math.max(start, end));
  return [{ dtype: 'int64', shape: [data.length], data }];
};

const sizeValue: ValueRule = (c) => {
  const shape = c.shape(0);
  return shape === null ? [] : [{ dtype: 'int64', shape: [], data: [c.dims.product(shape)] }];
};

const filledValue: ValueRule = (c) => {
  const shape = sizes(constantOfShape, c);
  const { value } = c.node.attributes;
  const fill = value?.type === 'tensor' ? constantValue(value.value) : ({ dtype: 'float32', shape: [1], data: [0] } as const);
  if (shape === null || fill === null) return [];
  return [{ dtype: fill.dtype, shape, data: Array(shape.reduce((a, b) => a * b, 1)).fill(fill.data[0]) }];
};

const rangeValue: ValueRule = (c) => {
  const shape = sizes(range, c);
  const [start, delta] = [c.value(0)?.data[0], c.value(2)?.data[0]];
  if (shape === null || typeof start !== 'number' || typeof delta !== 'number') return [];
  return [{ dtype: c.type(0)!.dtype, shape, data: Array.from({ length: shape[0]! }, (_, i) => start + i * delta) }];
};

/** Reductions of a whole vector: what exporters write for "the number of elements". */
function reduceVector(combine: (c: RuleContext, a: Dim, b: Dim) => Dim): ValueRule {
  return (c) => {
    const x = c.value(0);
    const shape = x === null ? null : sizes(reduce, c);
    if (x === null || shape === null || x.data.length === 0 || shape.reduce((a, b) => a * b, 1) !== 1) return [];
    return [{ dtype: x.dtype, shape, data: [x.data.reduce((a, b) => combine(c, a, b))] }];
  };
}

/** Rules that follow the values of small tensors, by operator: shape arithmetic. */
export const valueRules: ReadonlyMap<string, ValueRule> = new Map<string, ValueRule>([
  ...arithmeticRules,
  ['Constant', (c) => [constantNodeValue(c.node)]],
  ['ConstantOfShape', filledValue],
  ['Identity', (c) => [c.value(0)]],
  ['Cast', castValue],
  ['Shape', shapeValue],
  ['Size', sizeValue],
  ['Range', rangeValue],
  ['Reshape', reshaped(reshape)],
  ['Squeeze', reshaped(squeeze)],
  ['Unsqueeze', reshaped(unsqueeze)],
  ['Flatten', reshaped(flatten)],
  ['Gather', gatherValue],
  ['Slice', sliceValue],
  ['Transpose', transposeValue],
  ['Expand', expandValue],
  ['Concat', concatValue],
  ['Split', splitValue],
  ['ReduceProd', reduceVector((c, a, b) => c.dims.mul(a, b))],
  ['ReduceSum', reduceVector((c, a, b) => c.dims.add(a, b))],
  ['ReduceMax', reduceVector((c, a, b) => c.dims.max(a, b))],
  ['ReduceMin', reduceVector((c, a, b) => c.dims.min(a, b))],
]);
