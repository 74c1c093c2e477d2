import type { DataType, Dim } from '@incognita/onnx';
import type { Emitter } from './emitter.js';
import { reduce } from './reduce.js';

/** The shape of a tensor of the model as a vector of int64: a constant where it is known. */
export function shapeOf(e: Emitter, name: string): string {
  const dims = e.dims(name);
  return dims ? e.ints(dims) : e.op('Shape', [name]);
}

/** Some dimensions of a tensor of the model as a vector of int64 (`axes` in increasing order). */
export function dimsOf(e: Emitter, name: string, axes: readonly number[]): string {
  const shape = e.shape(name);
  if (shape && axes.every((axis) => typeof shape[axis] === 'number')) return e.ints(axes.map((axis) => shape[axis] as number));
  return e.op('Gather', [e.op('Shape', [name]), e.ints(axes)]);
}

/** Sizes of the axes of space, or null where one is not known. */
export function spaceOf(e: Emitter, name: string): readonly number[] | null {
  const sizes = e.shape(name)?.slice(2);
  return sizes?.every((size) => typeof size === 'number') ? (sizes as readonly number[]) : null;
}

/** `value` with the shape of the model's tensor `like`. */
export function reshapeLike(e: Emitter, value: string, like: string): string {
  const shape = e.shape(like);
  const unknown = shape?.filter((dim) => typeof dim !== 'number').length;
  if (shape && unknown !== undefined && unknown <= 1 && !shape.includes(0))
    return e.op('Reshape', [value, e.ints(shape.map((dim) => (typeof dim === 'number' ? dim : -1)))]);
  return reshapeTo(e, value, e.op('Shape', [like]));
}

/** `value` in a shape that is data; sizes of zero are sizes, not copies of what stands there. */
export function reshapeTo(e: Emitter, value: string, shape: string): string {
  return e.op('Reshape', [value, shape], e.opset >= 14 ? { allowzero: 1 } : {});
}

/** Broadcasts `value` to the shape of the model's tensor `like`. */
export function expandLike(e: Emitter, value: string, like: string): string {
  return e.op('Expand', [value, shapeOf(e, like)]);
}

/**
 * The adjoint of broadcasting: sums a cotangent of shape `from` over the axes along which the model's tensor `to` was
 * repeated. Decided here where the shapes are known, else by the graph at run time.
 */
export function reduceTo(e: Emitter, value: string, from: string, to: string): string {
  if (from === to) return value;
  const source = e.shape(from);
  const target = e.shape(to);
  if (source && target) {
    const lead = source.length - target.length;
    const axes: number[] = [];
    let decided = true;
    for (let axis = 0; axis < source.length; axis++) {
      const wide = source[axis] as Dim;
      const narrow = axis < lead ? 1 : (target[axis - lead] as Dim);
      if (narrow === 1 && (wide !== 1 || axis < lead)) axes.push(axis);
      else if (narrow !== wide && (typeof narrow !== 'number' || narrow === 1 || narrow === null)) decided = false;
      else if (narrow === null) decided = false;
    }
    if (decided) {
      if (axes.length === 0) return value;
      const leading = axes.filter((axis) => axis < lead);
      if (leading.length === axes.length) return reduce(e, 'ReduceSum', value, axes, false);
      const summed = reduce(e, 'ReduceSum', value, axes, true);
      return lead === 0 ? summed : reshapeLike(e, summed, to);
    }
  }
  const wide = e.op('Shape', [from]);
  const narrow = e.op('Shape', [to]);
  const lead = e.op('Sub', [e.op('Size', [wide]), e.op('Size', [narrow])]);
  const ones = e.op('Expand', [e.ints([1]), e.op('Reshape', [lead, e.ints([1])])]);
  const aligned = e.op('Concat', [ones, narrow], { axis: 0 });
  const differs = e.op('Not', [e.op('Equal', [aligned, wide])]);
  const axes = e.op('Reshape', [e.op('NonZero', [differs]), e.ints([-1])]);
  const summed = e.op('ReduceSum', [value, axes], { keepdims: 1, noop_with_empty_axes: 1 });
  return reshapeTo(e, summed, narrow);
}

/** Axes counted from the front; an axis that a tensor of this rank does not have is a RangeError. */
export function positiveAxes(axes: readonly number[], rank: number): number[] {
  return axes.map((axis) => {
    const positive = axis < 0 ? axis + rank : axis;
    if (!(positive >= 0 && positive < rank)) throw new RangeError(`there is no axis ${axis} of ${rank}`);
    return positive;
  });
}

/** Adds axes of length one (`axes` counted in the result, not negative unless from the back of it). */
export function unsqueeze(e: Emitter, value: string, axes: readonly number[]): string {
  if (axes.length === 0) return value;
  return e.op('Unsqueeze', [value, e.ints(axes)]);
}

/** Removes axes of length one. */
export function squeeze(e: Emitter, value: string, axes: readonly number[]): string {
  if (axes.length === 0) return value;
  return e.op('Squeeze', [value, e.ints(axes)]);
}

/** Cuts `value[starts:ends:steps]` along `axes`. */
export function slice(
  e: Emitter,
  value: string,
  starts: readonly number[] | string,
  ends: readonly number[] | string,
  axes: readonly number[],
  steps?: readonly number[],
): string {
  const vector = (v: readonly number[] | string): string => (typeof v === 'string' ? v : e.ints(v));
  const inputs = [value, vector(starts), vector(ends), e.ints(axes)];
  return e.op('Slice', steps?.some((step) => step !== 1) ? [...inputs, e.ints(steps)] : inputs);
}

/** Splits along an axis into parts of the given lengths. */
export function split(e: Emitter, value: string, axis: number, lengths: readonly number[]): string[] {
  if (lengths.length === 1) return [value];
  return e.ops('Split', [value, e.ints(lengths)], lengths.length, { axis });
}

/** A zero tangent for a tensor of the model; with `repeat`, with the batch of the tangent `beside`. */
export function zerosLike(e: Emitter, like: string, beside: string): string {
  const zero = e.scalar(0, like);
  if (!e.repeat) return e.op('Expand', [zero, shapeOf(e, like)]);
  const batch = slice(e, e.op('Shape', [beside]), [0], [1], [0]);
  const rest = slice(e, e.op('Shape', [like]), [1], [Number.MAX_SAFE_INTEGER], [0]);
  return e.op('Expand', [zero, e.op('Concat', [batch, rest], { axis: 0 })]);
}

/** How many elements of `whole` there are for one of `part`, as a scalar of their type. */
export function ratioOfSizes(e: Emitter, whole: string, part: string): string {
  const [a, b] = [e.shape(whole), e.shape(part)];
  const product = (shape: readonly Dim[]): number => shape.reduce<number>((p, d) => p * (typeof d === 'number' ? d : 1), 1);
  const symbols = (shape: readonly Dim[]): string => shape.filter((d) => typeof d !== 'number').join();
  if (a && b && symbols(a) === symbols(b) && ![...a, ...b].includes(null) && product(b) > 0)
    return e.scalar(product(a) / product(b), whole);
  const ratio = e.op('Div', [e.op('Size', [whole]), e.op('Size', [part])]);
  return e.op('Cast', [ratio], { to: typeNumber(e.dtype(whole)) });
}

/** A count (a vector of one int64) as a scalar of the element type of `like`. */
export function castCount(e: Emitter, count: string, like: string): string {
  return e.op('Cast', [e.op('Reshape', [count, e.constant('int64', [], [0])])], { to: typeNumber(e.dtype(like)) });
}

/** The number of a floating-point type in the file format. */
export function typeNumber(dtype: DataType): number {
  const number = { float32: 1, float16: 10, float64: 11, bfloat16: 16 }[dtype as string];
  if (number === undefined) throw new Error(`Gradients are of floating-point types, not ${dtype}.`);
  return number;
}
