import type { Rewrite } from '@incognita/onnx';
import { reshape } from './write.js';

/** The slices of an axis (or the elements) at which a condition holds. */
export const Compress: Rewrite = (c) => {
  const { axis } = c.node.attributes;
  const places = reshape(c, c.op('NonZero', [c.input(1)]), [-1]);
  const along = axis?.type === 'int' ? c.input(0) : reshape(c, c.input(0), [-1]);
  return [c.op('Gather', [along, places], { axis: axis?.type === 'int' ? axis.value : 0 })];
};

/** The different slices of an axis (or elements), each where it comes first. */
export const Unique: Rewrite = (c) => {
  const { axis, sorted } = c.node.attributes;
  const [, first] = c.ops('Unique', [c.input(0)], 2, { axis, sorted });
  const along = axis?.type === 'int' ? c.input(0) : reshape(c, c.input(0), [-1]);
  return [c.op('Gather', [along, first!], { axis: axis?.type === 'int' ? axis.value : 0 }), first!, null, null];
};
