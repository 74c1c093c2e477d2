import type { Dim } from '../types.js';
import type { RuleContext, ShapeRule } from './context.js';
import { unranked } from './context.js';

/** Window geometry along the spatial axes, with the defaults of the specification. */
interface Window {
  readonly kernel: readonly Dim[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: readonly number[];
}

function window(c: RuleContext, kernel: readonly Dim[]): Window {
  const n = kernel.length;
  return {
    kernel,
    strides: c.ints('strides') ?? Array(n).fill(1),
    dilations: c.ints('dilations') ?? Array(n).fill(1),
    pads: c.ints('pads') ?? Array(2 * n).fill(0),
  };
}

/** Output sizes of a sliding window: Conv and the pools (`AveragePool` in the specification states the formula). */
function slide(c: RuleContext, spatial: readonly Dim[], w: Window, ceil: boolean): Dim[] {
  const { dims } = c;
  const auto = c.string('auto_pad', 'NOTSET');
  const n = spatial.length;
  // A file may state lists of any length; nothing follows from those that do not fit.
  if ([w.kernel, w.strides, w.dilations].some(({ length }) => length !== n) || w.pads.length !== 2 * n)
    return spatial.map(() => null);
  return spatial.map((size, i) => {
    const stride = w.strides[i]!;
    if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') return dims.ceilDiv(size, stride);
    const extent = dims.add(dims.mul(w.dilations[i]!, dims.sub(w.kernel[i]!, 1)), 1);
    const padding = auto === 'VALID' ? 0 : w.pads[i]! + w.pads[i + spatial.length]!;
    const room = dims.sub(dims.add(size, padding), extent);
    if (!ceil) return dims.add(dims.floorDiv(room, stride), 1);
    const count = dims.add(dims.ceilDiv(room, stride), 1);
    // A window may not begin in the padding at the end (ONNX Runtime and PyTorch).
    if (typeof count === 'number' && typeof size === 'number' && (count - 1) * stride >= size + w.pads[i]!) return count - 1;
    return count;
  });
}

export const conv: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const weight = c.shape(1);
  if (x.shape === null || weight === null) return [unranked(x.dtype)];
  const kernel = c.ints('kernel_shape') ?? weight.slice(2);
  return [{ dtype: x.dtype, shape: [x.shape[0]!, weight[0]!, ...slide(c, x.shape.slice(2), window(c, kernel), false)] }];
};

export const convTranspose: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  const weight = c.shape(1);
  if (x.shape === null || weight === null) return [unranked(x.dtype)];
  const { dims } = c;
  const kernel = c.ints('kernel_shape') ?? weight.slice(2);
  const w = window(c, kernel);
  const extra = c.ints('output_padding') ?? Array(kernel.length).fill(0);
  const stated = c.ints('output_shape');
  const auto = c.string('auto_pad', 'NOTSET');
  const spatial = x.shape.slice(2).map((size, i) => {
    if (stated !== null) return stated[stated.length - kernel.length + i]!;
    const extent = dims.add(dims.mul(w.dilations[i]!, dims.sub(w.kernel[i]!, 1)), 1);
    if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
      // What is more than stride times size is padded away; what is less stays less.
      const beyond = typeof extent === 'number' ? Math.min(0, extent + extra[i]! - w.strides[i]!) : 0;
      return dims.add(dims.mul(size, w.strides[i]!), beyond);
    }
    const padding = auto === 'VALID' ? 0 : w.pads[i]! + w.pads[i + kernel.length]!;
    return dims.sub(dims.add(dims.add(dims.mul(w.strides[i]!, dims.sub(size, 1)), extra[i]!), extent), padding);
  });
  return [{ dtype: x.dtype, shape: [x.shape[0]!, dims.mul(weight[1]!, c.int('group', 1)), ...spatial] }];
};

/** MaxPool, AveragePool and LpPool; MaxPool's second output holds int64 positions. */
export const pool: ShapeRule = (c) => {
  const x = c.type(0);
  const kernel = c.ints('kernel_shape');
  if (x === null) return [];
  if (x.shape === null || kernel === null) return [unranked(x.dtype)];
  const shape = [...x.shape.slice(0, 2), ...slide(c, x.shape.slice(2), window(c, kernel), c.int('ceil_mode', 0) === 1)];
  return [
    { dtype: x.dtype, shape },
    { dtype: 'int64', shape },
  ];
};

export const globalPool: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  return [{ dtype: x.dtype, shape: x.shape.map((d, i) => (i < 2 ? d : 1)) }];
};

export const maxRoiPool: ShapeRule = (c) => {
  const x = c.type(0);
  const pooled = c.ints('pooled_shape');
  if (x === null || pooled === null) return [];
  return [{ dtype: x.dtype, shape: [c.shape(1)?.[0] ?? null, x.shape?.[1] ?? null, ...pooled] }];
};
