import { dataTypeOf } from '../proto/dataTypes.js';
import type { Dim } from '../types.js';
import type { ShapeRule } from './context.js';
import { front, unranked } from './context.js';

/** HannWindow, HammingWindow, BlackmanWindow: as long as the input says. */
export const windowFunction: ShapeRule = (c) => [
  { dtype: dataTypeOf(c.int('output_datatype', 1)) ?? 'float32', shape: [c.value(0)?.data[0] ?? null] },
];

/** [⌊length / 2⌋ + 1, bands] */
export const melWeightMatrix: ShapeRule = (c) => {
  const bins = c.dims.add(c.dims.floorDiv(c.value(1)?.data[0] ?? null, 2), 1);
  return [{ dtype: dataTypeOf(c.int('output_datatype', 1)) ?? 'float32', shape: [bins, c.value(0)?.data[0] ?? null] }];
};

/** Half of the frequencies, and one more: the others mirror them. */
const onesided = (dims: Parameters<ShapeRule>[0]['dims'], length: Dim): Dim => dims.add(dims.floorDiv(length, 2), 1);

export const dft: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const given = c.opset < 20 ? c.int('axis', 1) : c.node.inputs[2] ? c.value(2)?.data[0] : -2;
  if (typeof given !== 'number') return [{ dtype: x.dtype, shape: x.shape.map(() => null) }];
  const axis = front(given, x.shape.length);
  const half = c.int('onesided', 0) === 1;
  const inverse = c.int('inverse', 0) === 1;
  const stated = c.node.inputs[1] ? (c.value(1)?.data[0] ?? null) : undefined;
  // What comes back from half of the frequencies is real; how long it was, is not known from them.
  const whole = stated !== undefined ? stated : half && inverse ? null : x.shape[axis]!;
  const length = half && !inverse ? onesided(c.dims, whole) : whole;
  const parts = half && inverse ? 1 : 2;
  return [{ dtype: x.dtype, shape: x.shape.map((d, i) => (i === axis ? length : i === x.shape!.length - 1 ? parts : d)) }];
};

/** [batch, frames, frequencies, 2] */
export const stft: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  if (x.shape === null) return [unranked(x.dtype)];
  const length = c.node.inputs[3] ? (c.value(3)?.data[0] ?? null) : c.node.inputs[2] ? (c.shape(2)?.[0] ?? null) : x.shape[1]!;
  const step = c.value(1)?.data[0] ?? null;
  const frames = c.dims.add(c.dims.floorDiv(c.dims.sub(x.shape[1]!, length), step), 1);
  return [{ dtype: x.dtype, shape: [x.shape[0]!, frames, c.int('onesided', 1) === 1 ? onesided(c.dims, length) : length, 2] }];
};
