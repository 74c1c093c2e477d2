import type { ShapeRule } from './context.js';
import { axesOf, front, unranked } from './context.js';

/** The Reduce* operators; their axes are an attribute or, in newer operator sets, input 1. */
export const reduce: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const keep = c.int('keepdims', 1) === 1;
  const { axes, unknown } = axesOf(c, 1);
  if (unknown) return [keep ? { dtype: x.dtype, shape: x.shape.map(() => null) } : unranked(x.dtype)];
  const rank = x.shape.length;
  const empty = axes === null || axes.length === 0;
  if (empty && c.int('noop_with_empty_axes', 0) === 1) return [x];
  const gone = new Set(empty ? x.shape.map((_, i) => i) : axes.map((a) => front(a, rank)));
  const shape = keep ? x.shape.map((d, i) => (gone.has(i) ? 1 : d)) : x.shape.filter((_, i) => !gone.has(i));
  return [{ dtype: x.dtype, shape }];
};

export const argExtreme: ShapeRule = (c) => {
  const shape = c.shape(0);
  if (shape === null) return [unranked('int64')];
  const axis = front(c.int('axis', 0), shape.length);
  const keep = c.int('keepdims', 1) === 1;
  return [{ dtype: 'int64', shape: keep ? shape.map((d, i) => (i === axis ? 1 : d)) : shape.filter((_, i) => i !== axis) }];
};

export const topK: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  if (x.shape === null) return [x, unranked('int64')];
  const axis = front(c.int('axis', -1), x.shape.length);
  const k = c.opset < 10 ? c.int('k', 1) : (c.value(1)?.data[0] ?? null);
  const shape = x.shape.map((d, i) => (i === axis ? k : d));
  return [
    { dtype: x.dtype, shape },
    { dtype: 'int64', shape },
  ];
};

export const nonZero: ShapeRule = (c) => [{ dtype: 'int64', shape: [c.shape(0)?.length ?? null, null] }];

export const oneHot: ShapeRule = (c) => {
  const indices = c.shape(0);
  const values = c.type(2);
  if (values === null) return [];
  if (indices === null) return [unranked(values.dtype)];
  const depth = c.value(1)?.data[0] ?? null;
  const axis = front(c.int('axis', -1), indices.length + 1);
  return [{ dtype: values.dtype, shape: [...indices.slice(0, axis), depth, ...indices.slice(axis)] }];
};
