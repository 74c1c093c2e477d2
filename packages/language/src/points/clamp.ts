import type { Feeds, Tensor } from '@incognita/runtime';
import type { Point } from '../anatomy/anatomy.js';
import type { Axis } from '../anatomy/axes.js';
import { canonicalAxes, type PointTensor, positionsOf, toGraph } from './pointTensor.js';

/** Which part of a point is written; what is not named means all. */
export interface Where {
  readonly heads?: readonly number[];
  /** Positions in the text from 0, the begin-of-text token included; for attention patterns those of the query. */
  readonly positions?: readonly number[];
  /** For attention patterns: positions of the keys. */
  readonly keys?: readonly number[];
}

/** What a point is written with: one number, or values whose shape broadcasts to the point's canonical axes (from the right). */
export type ClampValue = number | { readonly dims: readonly number[]; readonly data: ArrayLike<number> };

/**
 * A write to a point. `set`: the value; `add`: plus strength · value; `scale`: times the value; `zero`: 0 (zero ablation); `mean`: the mean over the
 * positions of the texts `over` (mean ablation; default: the text itself, unclamped); `patch`: what the point is for the text `from`.
 */
export type PointClamp = { readonly point: string } & Where &
  (
    | { readonly kind: 'set'; readonly value: ClampValue }
    | { readonly kind: 'add'; readonly value: ClampValue; readonly strength?: number }
    | { readonly kind: 'scale'; readonly value: ClampValue }
    | { readonly kind: 'zero' }
    | { readonly kind: 'mean'; readonly over?: readonly (string | readonly number[])[] }
    | { readonly kind: 'patch'; readonly from: string | readonly number[] }
  );

/** A clamp whose value is known, as a run needs it: plain data that can cross to a worker. */
export interface ReadyClamp extends Where {
  readonly point: string;
  readonly tensor: string;
  readonly axes: readonly Axis[];
  readonly kind: 'set' | 'add' | 'scale';
  /** Names the inputs of the graph: `value:<name>`, `mask:<name>`. */
  readonly name: string;
  /** Of full rank, broadcast by ones. */
  readonly value: PointTensor;
  /** How many heads the point has, 1 where it has no axis of them. */
  readonly headCount: number;
}

/** A clamp that cannot be applied: shapes or places that the point does not have. */
export class ClampError extends Error {
  override readonly name = 'ClampError';
}

/** Whether a clamp changes nothing, whatever the model computes. */
export function isIdle(clamp: PointClamp): boolean {
  if (clamp.heads?.length === 0 || clamp.positions?.length === 0 || clamp.keys?.length === 0) return true;
  if (clamp.kind === 'add') return (clamp.strength ?? 1) === 0 || allEqual(clamp.value, 0);
  return clamp.kind === 'scale' && allEqual(clamp.value, 1);
}

function allEqual(value: ClampValue, constant: number): boolean {
  return typeof value === 'number' ? value === constant : Array.from(value.data).every((v) => v === constant);
}

/** A clamp with its value brought to the rank of the point. @throws ClampError */
export function readyClamp(point: Point, clamp: PointClamp, value: ClampValue, name: string): ReadyClamp {
  const { heads } = point;
  const axes = canonicalAxes(point.axes);
  const refuse = (why: string): never => {
    throw new ClampError(`The clamp of "${point.name}" cannot be applied: ${why}.`);
  };
  if (clamp.heads !== undefined && !axes.includes('head')) refuse('it names heads, but the point has none');
  if (clamp.keys !== undefined && !axes.includes('key')) refuse('it names keys, which only attention scores and patterns have');
  for (const head of clamp.heads ?? [])
    if (!Number.isInteger(head) || head < 0 || (heads !== null && head >= heads))
      refuse(`there is no head ${head} among ${heads ?? '?'}`);
  for (const place of [...(clamp.positions ?? []), ...(clamp.keys ?? [])])
    if (!Number.isInteger(place) || place < 0) refuse(`${place} is no position`);
  const given = typeof value === 'number' ? { dims: [] as number[], data: [value] } : value;
  if (given.dims.length > axes.length)
    refuse(`its value has ${given.dims.length} axes, the point ${axes.length} (${axes.join(', ')})`);
  const dims = [...new Array<number>(axes.length - given.dims.length).fill(1), ...given.dims];
  if (dims.reduce((a, b) => a * b, 1) !== given.data.length)
    refuse(`its value of dims [${given.dims}] holds ${given.data.length} numbers`);
  const strength = clamp.kind === 'add' ? (clamp.strength ?? 1) : 1;
  for (const [axis, size] of [
    ['head', heads],
    [axes.at(-1)!, point.width],
  ] as const) {
    const length = dims[axes.indexOf(axis)] ?? 1;
    if (size !== null && length !== 1 && length !== size)
      refuse(`its value has ${length} along the axis "${axis}", the point ${size}`);
  }
  if (clamp.heads !== undefined && heads === null) refuse('how many heads it has is not known');
  const data = Float32Array.from(given.data, (v) => v * strength);
  const kind = clamp.kind === 'add' || clamp.kind === 'scale' ? clamp.kind : 'set';
  const where: Where = {
    ...(clamp.heads === undefined ? {} : { heads: clamp.heads }),
    ...(clamp.positions === undefined ? {} : { positions: clamp.positions }),
    ...(clamp.keys === undefined ? {} : { keys: clamp.keys }),
  };
  return {
    point: point.name,
    tensor: point.tensor,
    axes: point.axes,
    kind,
    name,
    value: { axes, dims, data },
    headCount: heads ?? 1,
    ...where,
  };
}

/** What the inputs of clamps are fed for the positions `offset` … `offset + count − 1` of a text. */
export function clampFeeds(clamps: readonly ReadyClamp[], offset: number, count: number): Feeds {
  const feeds: Record<string, Tensor> = {};
  for (const clamp of clamps) {
    const value = window(clamp.value, offset, count);
    const placed = toGraph(value, clamp.axes);
    feeds[`value:${clamp.name}`] = { dtype: 'float32', ...placed };
    feeds[`mask:${clamp.name}`] = mask(clamp, offset, count);
  }
  return feeds;
}

/** The rows of a value for some positions; what it has no row for is masked. */
function window(value: PointTensor, offset: number, count: number): PointTensor {
  let result = value;
  for (const [axis, from, length] of [
    ['position', offset, count],
    ['query', offset, count],
    ['key', 0, offset + count],
  ] as const) {
    const place = result.axes.indexOf(axis);
    if (place < 0 || result.dims[place] === 1) continue;
    result = padded(result, place, from, length);
  }
  return result;
}

function padded(value: PointTensor, axis: number, from: number, length: number): PointTensor {
  const size = value.dims[axis]!;
  if (axis === value.axes.findIndex((one) => one === 'position' || one === 'query') && from + length <= size)
    return positionsOf(value, from, from + length);
  const inner = value.dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = value.dims.slice(0, axis).reduce((a, b) => a * b, 1);
  const data = new Float32Array(outer * length * inner);
  for (let o = 0; o < outer; o++)
    for (let p = 0; p < length && from + p < size; p++)
      data.set(value.data.subarray((o * size + from + p) * inner, (o * size + from + p + 1) * inner), (o * length + p) * inner);
  return { axes: value.axes, dims: value.dims.toSpliced(axis, 1, length), data };
}

function mask(clamp: ReadyClamp, offset: number, count: number): Tensor {
  const along = (axis: Axis): readonly boolean[] => {
    const place = clamp.value.axes.indexOf(axis);
    const rows = place < 0 ? 1 : clamp.value.dims[place]!;
    const has = (p: number): boolean => rows === 1 || p < rows;
    if (axis === 'head')
      return clamp.heads === undefined ? [true] : Array.from({ length: clamp.headCount }, (_, h) => clamp.heads!.includes(h));
    if (axis === 'key')
      return clamp.keys === undefined && rows === 1
        ? [true]
        : Array.from({ length: offset + count }, (_, p) => has(p) && (clamp.keys?.includes(p) ?? true));
    if (axis === 'position' || axis === 'query')
      return Array.from({ length: count }, (_, p) => has(offset + p) && (clamp.positions?.includes(offset + p) ?? true));
    return [true];
  };
  const parts = clamp.axes.map(along);
  const dims = parts.map((part) => part.length);
  let flat: boolean[] = [true];
  for (const part of parts) flat = flat.flatMap((v) => part.map((w) => v && w));
  return { dtype: 'bool', dims, data: Uint8Array.from(flat, Number) };
}
