import { float } from '../../build/builder.js';
import { codeOf } from '../../proto/dataTypes.js';
import type { DataType } from '../../types.js';
import type { Rewrite } from '../rewrite/context.js';
import { again } from './again.js';

const typeNames: Readonly<Record<string, DataType>> = {
  FLOAT: 'float32',
  DOUBLE: 'float64',
  FLOAT16: 'float16',
  BOOL: 'bool',
  STRING: 'string',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
};

/** Cast-6: types by number instead of by name. */
export const cast: Rewrite = (c) => {
  const name = c.string('to', '');
  if (name === '') return again(c);
  const dtype = typeNames[name.toUpperCase()];
  if (dtype === undefined) c.refuse(`"${name}" is no element type.`, `Use one of ${Object.keys(typeNames).join(', ')}.`);
  return again(c, { attributes: { to: codeOf(dtype) } });
};

/** Concat-4 wants its axis stated. */
export const concat: Rewrite = (c) => again(c, { attributes: { axis: c.int('axis', 1) } });

/** Selu-6: the constants were rounded before. */
export const selu: Rewrite = (c) =>
  again(c, { attributes: { alpha: float(c.float('alpha', 1.6732)), gamma: float(c.float('gamma', 1.0507)) } });

/** LpPool-2, GlobalLpPool-2: the exponent is a whole number. */
export const exponent: Rewrite = (c) => {
  const p = c.float('p', 2);
  if (!Number.isInteger(p)) c.refuse(`its exponent is ${p}.`, 'Only whole exponents can be written since operator set 2.');
  return again(c, { attributes: { p } });
};

/** ScatterElements took the place of Scatter in 11. */
export const scatter: Rewrite = (c) => again(c, { op: 'ScatterElements' });

/** RoiAlign-16 shifts boxes by half a pixel unless it is told not to. */
export const roiAlign: Rewrite = (c) => again(c, { attributes: { coordinate_transformation_mode: 'output_half_pixel' } });

/** GridSample-20 names its modes otherwise. */
export const gridSample: Rewrite = (c) => {
  const mode = { bilinear: 'linear', bicubic: 'cubic' }[c.string('mode', 'bilinear')];
  return mode === undefined ? undefined : again(c, { attributes: { mode } });
};

/** DFT-20: the axis is an input, counted from the back by default (1 before). */
export const dft: Rewrite = (c) =>
  again(c, { inputs: [c.input(0), c.input(1), c.constant('int64', [c.int('axis', 1)], [])], without: ['axis'] });

/** GroupNormalization-21: a scale and a bias a channel instead of one a group. */
export const groupNormalization: Rewrite = (c) => {
  const [x, scale, bias] = [c.input(0), c.input(1), c.input(2)];
  const groups = c.int('num_groups', 1);
  const channels = c.op('Shape', [x], { start: 1, end: 2 });
  const size = c.op('Concat', [c.vector([1]), c.op('Div', [channels, c.vector([groups])])], { axis: 0 });
  const perChannel = (v: string): string =>
    c.op('Reshape', [c.op('Expand', [c.op('Reshape', [v, c.vector([groups, 1])]), size]), c.vector([-1])]);
  return again(c, { inputs: [x, perChannel(scale), perChannel(bias)] });
};

/** What only loses attributes that mean nothing any more. */
export const stripped: Rewrite = (c) => again(c);

/** Scan-8 ran over batches of sequences of different lengths. */
export const scan: Rewrite = (c) =>
  c.refuse('Scan of operator set 8 runs over batches of sequences.', 'Export the model with operator set 9 or later.');
