import { unknownDims } from '../plausible.js';
import type { Dim } from '../types.js';
import type { ShapeRule } from './context.js';
import { front, numbers, unranked } from './context.js';

/** [n, h, w, 2] or [n, d, h, w, 3] for sizes [n, c, …]. */
export const affineGrid: ShapeRule = (c) => {
  const theta = c.type(0);
  if (theta === null) return [];
  const size = c.value(1)?.data;
  const spatial = size ? size.slice(2) : unknownDims(theta.shape?.[1] ?? null);
  if (spatial === null) return [unranked(theta.dtype)];
  return [{ dtype: theta.dtype, shape: [theta.shape?.[0] ?? size?.[0] ?? null, ...spatial, spatial.length] }];
};

export const centerCropPad: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const { shape } = x;
  const axes = (c.ints('axes') ?? shape.map((_, i) => i)).map((axis) => front(axis, shape.length));
  const wanted = c.value(1)?.data;
  return [{ dtype: x.dtype, shape: shape.map((d, i) => (axes.includes(i) ? (wanted?.[axes.indexOf(i)] ?? null) : d)) }];
};

/** [n, c · block, …] to [n, c, …image]. */
export const col2Im: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const image = c.value(1)?.data ?? unknownDims(c.shape(1)?.[0] ?? c.shape(2)?.[0] ?? null);
  if (image === null) return [unranked(x.dtype)];
  const block = numbers(c.value(2))?.reduce((a, b) => a * b, 1) ?? null;
  return [{ dtype: x.dtype, shape: [x.shape?.[0] ?? null, c.dims.floorDiv(x.shape?.[1] ?? null, block), ...image] }];
};

/** Where a pool took its maxima from: its size as stated, or the one that fits kernel, strides and pads. */
export const maxUnpool: ShapeRule = (c) => {
  const x = c.type(0);
  const kernel = c.ints('kernel_shape');
  if (x === null || x.shape === null || kernel === null) return [x === null ? null : unranked(x.dtype)];
  if (c.node.inputs[2]) return [{ dtype: x.dtype, shape: c.value(2)?.data ?? x.shape.map(() => null) }];
  const n = kernel.length;
  const [strides, pads] = [c.ints('strides') ?? Array<number>(n).fill(1), c.ints('pads') ?? Array<number>(2 * n).fill(0)];
  const spatial = x.shape.slice(2).map((size, i): Dim => {
    const end = c.dims.add(c.dims.mul(strides[i] ?? null, c.dims.sub(size, 1)), kernel[i] ?? null);
    return c.dims.sub(end, (pads[i] ?? 0) + (pads[i + n] ?? 0));
  });
  return [{ dtype: x.dtype, shape: [x.shape[0]!, x.shape[1]!, ...spatial] }];
};

export const roiAlign: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const regions = c.shape(1)?.[0] ?? c.shape(2)?.[0] ?? null;
  return [{ dtype: x.dtype, shape: [regions, x.shape?.[1] ?? null, c.int('output_height', 1), c.int('output_width', 1)] }];
};

/** As many boxes as the data leave. */
export const nonMaxSuppression: ShapeRule = () => [{ dtype: 'int64', shape: [null, 3] }];

/** One number a matrix. */
export const determinant: ShapeRule = (c) => {
  const x = c.type(0);
  return x === null || x.shape === null ? [x] : [{ dtype: x.dtype, shape: x.shape.slice(0, -2) }];
};

export const imageDecoder: ShapeRule = (c) => [
  { dtype: 'uint8', shape: [null, null, c.string('pixel_format', 'RGB') === 'Grayscale' ? 1 : 3] },
];
