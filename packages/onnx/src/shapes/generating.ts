import { unknownDims } from '../plausible.js';
import { dataTypeOf } from '../proto/dataTypes.js';
import type { TensorType } from '../types.js';
import type { RuleContext, ShapeRule } from './context.js';
import { front } from './context.js';

export const constant: ShapeRule = (c) => {
  const [name, attribute] = Object.entries(c.node.attributes)[0] ?? [];
  if (attribute === undefined) return [];
  switch (attribute.type) {
    case 'tensor':
      return [{ dtype: attribute.value.dtype, shape: attribute.value.dims }];
    case 'float':
      return [{ dtype: 'float32', shape: [] }];
    case 'int':
      return [{ dtype: 'int64', shape: [] }];
    case 'floats':
      return [{ dtype: 'float32', shape: [attribute.value.length] }];
    case 'ints':
      return [{ dtype: 'int64', shape: [attribute.value.length] }];
    case 'string':
      return [{ dtype: 'string', shape: [] }];
    case 'strings':
      return [{ dtype: 'string', shape: [attribute.value.length] }];
    default:
      return name === undefined ? [] : [null];
  }
};

export const constantOfShape: ShapeRule = (c) => {
  const { value } = c.node.attributes;
  const dtype = value?.type === 'tensor' ? value.value.dtype : 'float32';
  return [{ dtype, shape: shapeFromInput(c, 0) }];
};

/** A shape that is the value of an input; where only its length is known, that many unknown dimensions. */
function shapeFromInput(c: RuleContext, input: number): TensorType['shape'] {
  const value = c.value(input);
  if (value !== null) return value.data;
  return unknownDims(c.shape(input)?.[0] ?? null);
}

export const shapeOf: ShapeRule = (c) => {
  const shape = c.shape(0);
  if (shape === null) return [{ dtype: 'int64', shape: [null] }];
  const [start, end] = shapeRange(c, shape.length);
  return [{ dtype: 'int64', shape: [Math.max(0, end - start)] }];
};

/** The part of a shape that Shape's `start` and `end` select. */
export function shapeRange(c: RuleContext, rank: number): [start: number, end: number] {
  const clamp = (at: number) => Math.min(Math.max(front(at, rank), 0), rank);
  return [clamp(c.int('start', 0)), clamp(c.int('end', rank))];
}

export const sizeOf: ShapeRule = () => [{ dtype: 'int64', shape: [] }];

export const range: ShapeRule = (c) => {
  const first = c.type(0);
  if (first === null) return [];
  const [start, limit, delta] = [c.value(0)?.data[0], c.value(1)?.data[0], c.value(2)?.data[0]];
  if (start === undefined || limit === undefined || typeof delta !== 'number' || delta === 0)
    return [{ dtype: first.dtype, shape: [null] }];
  if (typeof start === 'number' && typeof limit === 'number')
    return [{ dtype: first.dtype, shape: [Math.max(0, Math.ceil((limit - start) / delta))] }];
  return [
    {
      dtype: first.dtype,
      shape: [delta > 0 && Number.isInteger(delta) ? c.dims.ceilDiv(c.dims.sub(limit, start), delta) : null],
    },
  ];
};

/** RandomNormal, RandomUniform: shape and type are attributes. */
export const random: ShapeRule = (c) => {
  const dtype = dataTypeOf(c.int('dtype', 1));
  return dtype === null ? [] : [{ dtype, shape: c.ints('shape') }];
};

/** Multinomial: places that are drawn for each row. */
export const multinomial: ShapeRule = (c) => [
  { dtype: dataTypeOf(c.int('dtype', 6)) ?? 'int32', shape: [c.shape(0)?.[0] ?? null, c.int('sample_size', 1)] },
];

/** RandomNormalLike, RandomUniformLike, EyeLike, Bernoulli. */
export const like: ShapeRule = (c) => {
  const x = c.type(0);
  const dtype = dataTypeOf(c.int('dtype', 0)) ?? x?.dtype;
  return dtype === undefined ? [] : [{ dtype, shape: x?.shape ?? null }];
};
