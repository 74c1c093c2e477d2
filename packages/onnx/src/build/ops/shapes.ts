import type { GraphBuilder } from '../builder.js';

/** Whole numbers, as constants or as the name of an int64 vector in the graph. */
export type Integers = readonly number[] | string;

function vector(b: GraphBuilder, values: Integers): string {
  return typeof values === 'string' ? values : b.i64(values);
}

/** The same elements in another shape; 0 copies a dimension and one -1 is computed. */
export function reshape(b: GraphBuilder, x: string, shape: Integers): string {
  return b.op('Reshape', [x, vector(b, shape)]);
}

/** Flattens to a matrix: axes before `axis`, and the rest. */
export function flatten(b: GraphBuilder, x: string, axis = 1): string {
  return b.op('Flatten', [x], { axis });
}

/** Output axis i is input axis perm[i]. */
export function transpose(b: GraphBuilder, x: string, perm: readonly number[]): string {
  return b.op('Transpose', [x], { perm });
}

/** Joins tensors along an axis. */
export function concat(b: GraphBuilder, inputs: readonly string[], axis: number): string {
  return b.op('Concat', inputs, { axis });
}

/** Elements from `starts` up to `ends` (excluded) of the axes, which are 0, 1, … where they are not given. */
export function slice(b: GraphBuilder, x: string, starts: Integers, ends: Integers, axes?: Integers, steps?: Integers): string {
  const inputs = [x, vector(b, starts), vector(b, ends)];
  if (axes !== undefined || steps !== undefined) inputs.push(axes === undefined ? '' : vector(b, axes));
  if (steps !== undefined) inputs.push(vector(b, steps));
  return b.op('Slice', inputs);
}

/** Entries of an axis, chosen by an int64 tensor of the graph or by constants. */
export function gather(b: GraphBuilder, x: string, indices: Integers | number, axis = 0): string {
  return b.op('Gather', [x, typeof indices === 'string' ? indices : b.i64(indices)], { axis });
}

/** For every position of `indices` (int64, of x's rank) the element at that index along the axis. */
export function gatherElements(b: GraphBuilder, x: string, indices: string, axis = 0): string {
  return b.op('GatherElements', [x, indices], { axis });
}

/** Writes `updates` into a copy of x at `indices` along an axis; with `add` they are added, which needs operator set 16. */
export function scatterElements(
  b: GraphBuilder,
  x: string,
  indices: string,
  updates: string,
  options: { readonly axis?: number; readonly add?: boolean } = {},
): string {
  if (options.add && b.opset < 16)
    throw new Error(`ScatterElements that adds needs operator set 16, but the graph has ${b.opset}.`);
  return b.op('ScatterElements', [x, indices, updates], { axis: options.axis ?? 0, reduction: options.add ? 'add' : undefined });
}

/** Dimensions as an int64 vector. */
export function shape(b: GraphBuilder, x: string): string {
  return b.op('Shape', [x]);
}

/** Inserts axes of size 1; axes became an input in operator set 13. */
export function unsqueeze(b: GraphBuilder, x: string, axes: readonly number[]): string {
  return b.opset >= 13 ? b.op('Unsqueeze', [x, b.i64(axes)]) : b.op('Unsqueeze', [x], { axes });
}

/** Removes axes of size 1; axes became an input in operator set 13. */
export function squeeze(b: GraphBuilder, x: string, axes: readonly number[]): string {
  return b.opset >= 13 ? b.op('Squeeze', [x, b.i64(axes)]) : b.op('Squeeze', [x], { axes });
}

/** Broadcasts to a shape (and keeps larger dimensions of x). */
export function expand(b: GraphBuilder, x: string, shape: Integers): string {
  return b.op('Expand', [x, vector(b, shape)]);
}

/** Repeats x along every axis. */
export function tile(b: GraphBuilder, x: string, repeats: Integers): string {
  return b.op('Tile', [x, vector(b, repeats)]);
}

/** Parts of the given sizes along an axis; sizes became an input in operator set 13. */
export function split(b: GraphBuilder, x: string, sizes: readonly number[], axis: number): string[] {
  return b.opset >= 13
    ? b.ops('Split', [x, b.i64(sizes)], sizes.length, { axis })
    : b.ops('Split', [x], sizes.length, { axis, split: sizes });
}

/** Pads by [begin…, end…] elements of all axes; negative numbers crop. `value` is a scalar of x's type, default 0. */
export function pad(
  b: GraphBuilder,
  x: string,
  pads: Integers,
  options: { readonly mode?: 'constant' | 'reflect' | 'edge'; readonly value?: string } = {},
): string {
  if (b.opset < 11) throw new Error(`Pad needs operator set 11, but the graph has ${b.opset}.`);
  const inputs = [x, vector(b, pads)];
  return b.op('Pad', options.value === undefined ? inputs : [...inputs, options.value], { mode: options.mode ?? 'constant' });
}

/** Resizes to sizes of all axes with half-pixel centres; needs operator set 13. */
export function resize(b: GraphBuilder, x: string, sizes: Integers, mode: 'nearest' | 'linear' | 'cubic' = 'linear'): string {
  return b.op('Resize', [x, '', '', vector(b, sizes)], { mode, coordinate_transformation_mode: 'half_pixel' });
}
