import type { Dim } from '../types.js';
import type { ShapeRule } from './context.js';
import { front } from './context.js';

/** Y, then the running or saved statistics, one a channel. */
export const batchNormalization: ShapeRule = (c) => {
  const x = c.type(0);
  const channels = c.type(1);
  return [x, channels, channels, channels, channels];
};

/** Y, then mean and inverse deviation in the shape of x with the normalised axes 1. */
export const layerNormalization: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  const axis = front(c.int('axis', -1), x.shape.length);
  const statistics: Dim[] = x.shape.map((d, i) => (i < axis ? d : 1));
  return [x, { dtype: 'float32', shape: statistics }, { dtype: 'float32', shape: statistics }];
};
