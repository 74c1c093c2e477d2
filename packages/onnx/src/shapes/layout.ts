import { unknownDims } from '../plausible.js';
import type { Dim } from '../types.js';
import type { ShapeRule } from './context.js';
import { axesOf, front, numbers, unranked } from './context.js';
import { broadcastShapes } from './elementwise.js';

export const reshape: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const wanted = c.ints('shape') ?? c.value(1)?.data ?? null;
  if (wanted === null) {
    return [{ dtype: x.dtype, shape: unknownDims(c.shape(1)?.[0] ?? null) }];
  }
  const copyZero = c.int('allowzero', 0) === 0;
  const shape: Dim[] = wanted.map((d, i) => (d === 0 && copyZero ? (x.shape?.[i] ?? null) : d));
  const open = shape.indexOf(-1);
  if (open >= 0) {
    const rest = shape.filter((_, i) => i !== open);
    // Dimensions that are equal on both sides cancel even where other dimensions are unknown.
    const total = [...(x.shape ?? [null])];
    const divisors: Dim[] = [];
    for (const d of rest) {
      const at = d === null ? -1 : total.indexOf(d);
      if (at >= 0) total.splice(at, 1);
      else divisors.push(d);
    }
    const product = c.dims.product(divisors);
    shape[open] = product === 0 ? 0 : c.dims.floorDiv(c.dims.product(total), product);
  } else if (shape.filter((d) => d === null).length === 1 && x.shape !== null) {
    const known = c.dims.product(shape.filter((d) => d !== null));
    if (known !== 0) shape[shape.indexOf(null)] = c.dims.floorDiv(c.dims.product(x.shape), known);
  }
  return [{ dtype: x.dtype, shape }];
};

export const flatten: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  if (x.shape === null) return [{ dtype: x.dtype, shape: [null, null] }];
  const axis = front(c.int('axis', 1), x.shape.length);
  return [{ dtype: x.dtype, shape: [c.dims.product(x.shape.slice(0, axis)), c.dims.product(x.shape.slice(axis))] }];
};

export const transpose: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const { shape } = x;
  const perm = c.ints('perm') ?? shape.map((_, i) => shape.length - 1 - i);
  return [{ dtype: x.dtype, shape: perm.map((p) => shape[p] ?? null) }];
};

export const squeeze: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const { axes, unknown } = axesOf(c, 1);
  if (unknown || (axes === null && x.shape.some((d) => typeof d !== 'number'))) return [unranked(x.dtype)];
  const rank = x.shape.length;
  const gone = axes === null ? null : new Set(axes.map((a) => front(a, rank)));
  return [{ dtype: x.dtype, shape: x.shape.filter((d, i) => (gone === null ? d !== 1 : !gone.has(i))) }];
};

export const unsqueeze: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const { axes } = axesOf(c, 1);
  if (axes === null) return [unranked(x.dtype)];
  const rank = x.shape.length + axes.length;
  const added = new Set(axes.map((a) => front(a, rank)));
  const rest = [...x.shape];
  return [{ dtype: x.dtype, shape: Array.from({ length: rank }, (_, i) => (added.has(i) ? 1 : (rest.shift() ?? null))) }];
};

export const expand: ShapeRule = (c) => {
  const x = c.type(0);
  const target = c.value(1)?.data ?? null;
  if (x === null) return [];
  if (target === null || x.shape === null) {
    const dims = unknownDims(c.shape(1)?.[0] ?? null);
    if (dims === null || x.shape === null) return [unranked(x.dtype)];
    return [{ dtype: x.dtype, shape: unknownDims(Math.max(dims.length, x.shape.length)) }];
  }
  return [{ dtype: x.dtype, shape: broadcastShapes(x.shape, target) }];
};

export const tile: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const repeats = c.value(1)?.data ?? null;
  return [{ dtype: x.dtype, shape: x.shape.map((d, i) => c.dims.mul(d, repeats?.[i] ?? null)) }];
};

export const depthToSpace: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape?.length !== 4) return [x === null ? null : unranked(x.dtype)];
  const [n, depth, h, w] = x.shape as [Dim, Dim, Dim, Dim];
  const block = c.int('blocksize', 1);
  return [{ dtype: x.dtype, shape: [n, c.dims.floorDiv(depth, block * block), c.dims.mul(h, block), c.dims.mul(w, block)] }];
};

export const spaceToDepth: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape?.length !== 4) return [x === null ? null : unranked(x.dtype)];
  const [n, depth, h, w] = x.shape as [Dim, Dim, Dim, Dim];
  const block = c.int('blocksize', 1);
  return [{ dtype: x.dtype, shape: [n, c.dims.mul(depth, block * block), c.dims.floorDiv(h, block), c.dims.floorDiv(w, block)] }];
};

/** Resize and Upsample: from sizes or scales, for all axes or those of `axes`. */
export const resize: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const rank = x.shape.length;
  const upsample = c.node.op === 'Upsample';
  const axes = (c.ints('axes') ?? x.shape.map((_, i) => i)).map((a) => front(a, rank));
  const scaleAttribute = c.node.attributes.scales;
  const scales = scaleAttribute?.type === 'floats' ? scaleAttribute.value : numbers(c.value(upsample || c.opset < 11 ? 1 : 2));
  const sizes = upsample || c.opset < 11 ? null : (c.value(3)?.data ?? null);
  const shape: Dim[] = [...x.shape];
  const policy = c.string('keep_aspect_ratio_policy', 'stretch');
  axes.forEach((axis, i) => {
    const size = shape[axis]!;
    if (sizes !== null && sizes.length > 0)
      shape[axis] = policy === 'stretch' ? (sizes[i] ?? null) : inProportion(x.shape!, sizes, size, policy);
    else if (scales !== null && scales.length > 0) shape[axis] = scaled(size, scales[i]!);
    else shape[axis] = null;
  });
  return [{ dtype: x.dtype, shape }];

  function scaled(size: Dim, scale: number): Dim {
    if (typeof size === 'number') return Math.floor(Math.fround(size * scale));
    return Number.isInteger(scale) ? c.dims.mul(size, scale) : null;
  }

  /** Under a policy all axes have the smallest or largest of the scales that are asked for. */
  function inProportion(from: readonly Dim[], to: readonly Dim[], size: Dim, policy: string): Dim {
    const ratios = axes.map((axis, i) => {
      const [old, wanted] = [from[axis], to[i]];
      return typeof old === 'number' && typeof wanted === 'number' ? Math.fround(wanted / old) : Number.NaN;
    });
    const scale = policy === 'not_larger' ? Math.min(...ratios) : Math.max(...ratios);
    return typeof size === 'number' && !Number.isNaN(scale) ? Math.floor(Math.fround(scale * size) + 0.5) : null;
  }
};

/** GridSample: x [n, c, …], grid [n, …out, rank]. */
export const gridSample: ShapeRule = (c) => {
  const x = c.type(0);
  const grid = c.shape(1);
  if (x === null) return [];
  if (x.shape === null || grid === null) return [unranked(x.dtype)];
  return [{ dtype: x.dtype, shape: [x.shape[0]!, x.shape[1]!, ...grid.slice(1, -1)] }];
};
