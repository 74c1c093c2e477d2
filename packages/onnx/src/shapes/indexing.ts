import type { Dim } from '../types.js';
import type { RuleContext, ShapeRule } from './context.js';
import { axesOf, front, numbers, unranked } from './context.js';

export const concat: ShapeRule = (c) => {
  const first = c.node.inputs.map((_, i) => c.type(i)).find((t) => t !== null);
  if (first === undefined || first === null) return [];
  const shapes = c.node.inputs.map((_, i) => c.shape(i));
  const ranked = shapes.find((s) => s !== null);
  if (ranked === undefined || ranked === null) return [unranked(first.dtype)];
  const axis = front(c.int('axis', 0), ranked.length);
  const shape = ranked.map((_, i) => {
    if (i === axis) return shapes.reduce<Dim>((sum, s) => c.dims.add(sum, s?.[axis] ?? null), 0);
    // Off the axis all inputs agree, so the best known one serves.
    const sizes = shapes.map((s) => s?.[i] ?? null);
    return sizes.find((d) => typeof d === 'number') ?? sizes.find((d) => d !== null) ?? null;
  });
  return [{ dtype: first.dtype, shape }];
};

export const split: ShapeRule = (c) => {
  const x = c.type(0);
  const count = c.node.outputs.length;
  if (x === null || x.shape === null) return Array(count).fill(x);
  const { shape, dtype } = x;
  const axis = front(c.int('axis', 0), shape.length);
  const stated = (c.node.inputs[1] ?? '') !== '';
  const sizes = c.ints('split') ?? c.value(1)?.data ?? null;
  // Equal parts of ceil(size / n), the last one smaller (operator set 18).
  const parts = c.int('num_outputs', count);
  const chunk = c.dims.ceilDiv(shape[axis]!, parts);
  return Array.from({ length: count }, (_, i) => {
    const last = i === parts - 1 ? c.dims.sub(shape[axis]!, c.dims.mul(chunk, parts - 1)) : chunk;
    const size = sizes !== null ? (sizes[i] ?? null) : stated ? null : last;
    return { dtype, shape: shape.map((d, j) => (j === axis ? size : d)) };
  });
};

export const slice: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const { shape } = x;
  const starts = c.ints('starts') ?? c.value(1)?.data ?? null;
  const ends = c.ints('ends') ?? c.value(2)?.data ?? null;
  const { axes: stated, unknown } = axesOf(c, 3);
  if (unknown) return [{ dtype: x.dtype, shape: shape.map(() => null) }];
  const count = starts?.length ?? ends?.length ?? shape.length;
  const axes = (stated ?? Array.from({ length: count }, (_, i) => i)).map((a) => front(a, shape.length));
  const steps = (c.node.inputs[4] ?? '') === '' ? null : (c.value(4)?.data ?? Array(count).fill(null));
  const result: Dim[] = [...shape];
  axes.forEach((axis, i) => {
    if (axis >= shape.length) return;
    result[axis] = sliceSize(c, shape[axis]!, starts?.[i] ?? null, ends?.[i] ?? null, steps === null ? 1 : (steps[i] ?? null));
  });
  return [{ dtype: x.dtype, shape: result }];
};

/** Beyond this an end means "to the end", whatever the size. */
const FAR = 2 ** 31 - 1;

function sliceSize({ dims }: RuleContext, size: Dim, start: Dim, end: Dim, step: Dim): Dim {
  if (typeof size === 'number' && typeof start === 'number' && typeof end === 'number' && typeof step === 'number') {
    if (step === 0) return null;
    const clamp = (at: number, low: number, high: number) => Math.min(Math.max(at < 0 ? at + size : at, low), high);
    const from = step > 0 ? clamp(start, 0, size) : clamp(start, 0, size - 1);
    const to = step > 0 ? clamp(end, 0, size) : clamp(end, -1, size - 1);
    return Math.max(0, Math.ceil((to - from) / step));
  }
  if (size === null || start === null || end === null || typeof step !== 'number' || step <= 0) return null;
  const from = typeof start === 'number' && start < 0 ? dims.max(dims.add(size, start), 0) : start;
  const to =
    end === size || (typeof end === 'number' && end >= FAR)
      ? size
      : typeof end === 'number' && end < 0
        ? dims.add(size, end)
        : dims.min(end, size);
  return step === 1 ? dims.sub(to, from) : dims.ceilDiv(dims.sub(to, from), step);
}

export const pad: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const { shape } = x;
  const pads = c.ints('pads') ?? c.ints('paddings') ?? c.value(1)?.data ?? null;
  const axes =
    ((c.node.inputs[3] ?? '') === '' ? null : numbers(c.value(3)))?.map((a) => front(a, shape.length)) ?? shape.map((_, i) => i);
  if (pads === null) return [{ dtype: x.dtype, shape: shape.map(() => null) }];
  const result: Dim[] = [...shape];
  axes.forEach((axis, i) => {
    result[axis] = c.dims.add(c.dims.add(shape[axis]!, pads[i] ?? null), pads[i + axes.length] ?? null);
  });
  return [{ dtype: x.dtype, shape: result }];
};

export const gather: ShapeRule = (c) => {
  const x = c.type(0);
  const indices = c.shape(1);
  if (x === null) return [];
  if (x.shape === null || indices === null) return [unranked(x.dtype)];
  const axis = front(c.int('axis', 0), x.shape.length);
  return [{ dtype: x.dtype, shape: [...x.shape.slice(0, axis), ...indices, ...x.shape.slice(axis + 1)] }];
};

/** The output has the shape of the indices. */
export const gatherElements: ShapeRule = (c) => {
  const x = c.type(0);
  return x === null ? [] : [{ dtype: x.dtype, shape: c.shape(1) }];
};

export const gatherND: ShapeRule = (c) => {
  const x = c.type(0);
  const indices = c.shape(1);
  if (x === null) return [];
  const depth = indices?.at(-1);
  if (x.shape === null || indices === null || typeof depth !== 'number') return [unranked(x.dtype)];
  return [{ dtype: x.dtype, shape: [...indices.slice(0, -1), ...x.shape.slice(c.int('batch_dims', 0) + depth)] }];
};
