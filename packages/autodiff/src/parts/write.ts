import type { RewriteContext } from '@incognita/onnx';
import { typeNumber } from '../emit/shapes.js';

/** The shape of a tensor, or its axes from `start` to before `end`, as a vector of int64: a constant where it is known. */
export function sizes(c: RewriteContext, x: string, start = 0, end?: number): string {
  const shape = c.shape(x)?.slice(start, end);
  if (shape?.every((d) => typeof d === 'number')) return c.vector(shape as number[]);
  return c.op('Shape', [x], { start, end });
}

/** One size of a tensor as a vector of one int64. */
export function size(c: RewriteContext, x: string, axis: number): string {
  return sizes(c, x, axis, axis === -1 ? undefined : axis + 1);
}

/** A vector of one element as a scalar. */
export function scalarOf(c: RewriteContext, vector: string): string {
  return c.op('Reshape', [vector, c.constant('int64', [], [0])]);
}

/** The numbers 0 … count − 1; `count` is a vector of one int64. */
export function iota(c: RewriteContext, count: string): string {
  return c.op('Range', [c.constant('int64', [0], []), scalarOf(c, count), c.constant('int64', [1], [])]);
}

/** A tensor in the element type of the value `like`. */
export function castLike(c: RewriteContext, value: string, like: string): string {
  return c.op('Cast', [value], { to: typeNumber(c.dtype(like)) });
}

/** A tensor as int64. */
export function toInt(c: RewriteContext, value: string): string {
  return c.op('Cast', [value], { to: 7 });
}

/** Vectors of int64 one after the other. */
export function join(c: RewriteContext, ...vectors: readonly string[]): string {
  return vectors.length === 1 ? vectors[0]! : c.op('Concat', vectors, { axis: 0 });
}

export function reshape(c: RewriteContext, value: string, shape: readonly number[] | string): string {
  return c.op('Reshape', [value, typeof shape === 'string' ? shape : c.vector(shape)]);
}

export function unsqueeze(c: RewriteContext, value: string, axes: readonly number[]): string {
  return axes.length === 0 ? value : c.op('Unsqueeze', [value, c.vector(axes)]);
}

/** `value` cut to `[start, end)` along one axis, which stays. */
export function part(c: RewriteContext, value: string, axis: number, start: number, end = start + 1): string {
  return c.op('Slice', [value, c.vector([start]), c.vector([end]), c.vector([axis])]);
}

/** Arithmetic of two values, or of a value and a number of its type. */
export function times(c: RewriteContext, a: string, b: string | number): string {
  if (b === 1) return a;
  return c.op('Mul', [a, typeof b === 'number' ? c.scalar(b, a) : b]);
}

export function plus(c: RewriteContext, a: string, b: string | number): string {
  if (b === 0) return a;
  return c.op('Add', [a, typeof b === 'number' ? c.scalar(b, a) : b]);
}

export function minus(c: RewriteContext, a: string, b: string | number): string {
  if (b === 0) return a;
  return c.op('Sub', [a, typeof b === 'number' ? c.scalar(b, a) : b]);
}

/** max(a, 0). */
export function positive(c: RewriteContext, a: string): string {
  return c.op('Max', [a, c.scalar(0, a)]);
}

/** `a` between a number and a bound that is a value. */
export function clamp(c: RewriteContext, a: string, low: number, high: string): string {
  return c.op('Clip', [a, c.scalar(low, a), high]);
}

/** Whether low ≤ a ≤ high, as 0 or 1 in the type of `a`. */
export function within(c: RewriteContext, a: string, low: number, high: string): string {
  const inside = c.op('And', [c.op('GreaterOrEqual', [a, c.scalar(low, a)]), c.op('LessOrEqual', [a, high])]);
  return castLike(c, inside, a);
}

/** The numbers 0, 1, … up to before `length`. */
export function upTo(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
