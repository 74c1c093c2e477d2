import type { Tensor } from '@incognita/runtime';
import type { Axis } from '../anatomy/axes.js';

/**
 * The values of a point for one text, without the batch. Axes are, in this order: [position, dim], [position, head, dim] or
 * [head, query, key].
 */
export interface PointTensor {
  readonly axes: readonly Axis[];
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

const ORDERS: readonly (readonly Axis[])[] = [
  ['position', 'dim'],
  ['position', 'head', 'dim'],
  ['head', 'query', 'key'],
];

/** The canonical axes of a tensor whose axes in the graph are given. */
export function canonicalAxes(axes: readonly Axis[]): readonly Axis[] {
  const order = ORDERS.find(
    (one) => one.length === axes.filter((axis) => axis !== 'batch').length && one.every((axis) => axes.includes(axis)),
  );
  if (order === undefined) throw new RangeError(`A tensor with the axes ${axes.join(', ')} has no canonical order.`);
  return order;
}

/** A tensor of the graph (a batch of one) in canonical order. */
export function fromGraph(tensor: Tensor, axes: readonly Axis[]): PointTensor {
  const order = canonicalAxes(axes);
  const data = tensor.data as Float32Array;
  const kept: readonly Axis[] = axes.filter((axis) => axis !== 'batch');
  const dims = order.map((axis) => tensor.dims[axes.indexOf(axis)]!);
  if (kept.every((axis, i) => axis === order[i])) return { axes: order, dims, data };
  return {
    axes: order,
    dims,
    data: permuted(
      data,
      kept.map((axis) => tensor.dims[axes.indexOf(axis)]!),
      order.map((axis) => kept.indexOf(axis)),
    ),
  };
}

/** A canonical tensor in the order of the graph, with a batch of one. */
export function toGraph(
  { axes: order, dims, data }: PointTensor,
  axes: readonly Axis[],
): { readonly dims: readonly number[]; readonly data: Float32Array } {
  const kept: readonly Axis[] = axes.filter((axis) => axis !== 'batch');
  const graph = axes.map((axis) => (axis === 'batch' ? 1 : dims[order.indexOf(axis)]!));
  if (kept.every((axis, i) => axis === order[i])) return { dims: graph, data };
  return {
    dims: graph,
    data: permuted(
      data,
      dims,
      kept.map((axis) => order.indexOf(axis)),
    ),
  };
}

/** Rows `from` to before `to` along the positions (the queries) of a point. */
export function positionsOf(value: PointTensor, from: number, to: number): PointTensor {
  const axis = value.axes.findIndex((one) => one === 'position' || one === 'query');
  const inner = value.dims.slice(axis + 1).reduce((a, b) => a * b, 1);
  const outer = value.dims.slice(0, axis).reduce((a, b) => a * b, 1);
  const length = value.dims[axis]!;
  const data = new Float32Array(outer * (to - from) * inner);
  for (let o = 0; o < outer; o++)
    data.set(value.data.subarray((o * length + from) * inner, (o * length + to) * inner), o * (to - from) * inner);
  return { axes: value.axes, dims: value.dims.toSpliced(axis, 1, to - from), data };
}

/** The axis of the result at i is the source's axis perm[i]. */
function permuted(data: Float32Array, dims: readonly number[], perm: readonly number[]): Float32Array {
  const strides = dims.map((_, i) => dims.slice(i + 1).reduce((a, b) => a * b, 1));
  const out = new Float32Array(data.length);
  const sizes = perm.map((axis) => dims[axis]!);
  const steps = perm.map((axis) => strides[axis]!);
  const [a, b, c] = [sizes[0] ?? 1, sizes[1] ?? 1, sizes[2] ?? 1];
  const [sa, sb, sc] = [steps[0] ?? 0, steps[1] ?? 0, steps[2] ?? 0];
  let at = 0;
  for (let i = 0; i < a; i++) for (let j = 0; j < b; j++) for (let k = 0; k < c; k++) out[at++] = data[i * sa + j * sb + k * sc]!;
  return out;
}
