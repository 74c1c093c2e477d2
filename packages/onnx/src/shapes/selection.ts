import { front, type ShapeRule, unranked } from './context.js';

/** As many slices (or elements) as the data say. */
export const compress: ShapeRule = (c) => {
  const type = c.type(0);
  if (type === null) return [];
  const { axis } = c.node.attributes;
  if (axis?.type !== 'int') return [{ dtype: type.dtype, shape: [null] }];
  if (type.shape === null) return [unranked(type.dtype)];
  return [{ dtype: type.dtype, shape: type.shape.with(front(axis.value, type.shape.length), null) }];
};

/** The different slices, where they come first, where each is found among them, and how often each occurs. */
export const unique: ShapeRule = (c) => {
  const places = { dtype: 'int64', shape: [null] } as const;
  return [compress(c)[0] ?? null, places, places, places];
};
