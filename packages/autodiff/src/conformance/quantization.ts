import type { DataType, Tensor } from '@incognita/onnx';
import { sizeOf } from '../testing/random.js';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

/** A constant of whole numbers of 8 bits. */
export function bytes(draw: Draw, dims: readonly number[], dtype: DataType = 'int8'): Tensor {
  const data = Uint8Array.from({ length: sizeOf(dims) }, () => draw.integer(0, 255));
  return { dtype, dims: [...dims], data: { kind: 'inline', bytes: data } };
}

/** One scale, one for each channel, or one for each block: of constant numbers only the scale varies. */
function dequantize(draw: Draw): Case {
  const dtype = draw.pick(['int8', 'uint8'] as const);
  const kind = draw.pick(['one', 'channel', 'block'] as const);
  const dims = draw.dims({ rank: [1, 3], min: 2 });
  const axis = draw.axis(dims.length);
  const size = kind === 'block' ? draw.integer(2, 3) : 0;
  const at = axis < 0 ? axis + dims.length : axis;
  const whole = dims.map((d, i) => (kind === 'block' && i === at ? d * size : d));
  const scale = kind === 'one' ? [] : kind === 'channel' ? [dims[at]!] : dims;
  const zero = draw.chance() ? bytes(draw, scale, dtype) : '';
  const attributes = kind === 'one' ? {} : { axis, ...(kind === 'block' && { block_size: size }) };
  // Numbers up to 255: a small step of the scale.
  return { op: 'DequantizeLinear', inputs: [bytes(draw, whole, dtype), scale, zero], attributes, opset: 21, range: [0.1, 1] };
}

export const quantization: Readonly<Record<string, Generator>> = {
  DequantizeLinear: (draw) => single(draw, dequantize(draw)),
};
