import type { ShapeRule } from './context.js';
import { unranked } from './context.js';
import { broadcastShapes } from './elementwise.js';

export const stringConcat: ShapeRule = (c) => {
  const [a, b] = [c.shape(0), c.shape(1)];
  return [a === null || b === null ? unranked('string') : { dtype: 'string', shape: broadcastShapes(a, b) }];
};

/** Parts along a new last axis, and how many there are. */
export const stringSplit: ShapeRule = (c) => {
  const shape = c.shape(0);
  return [shape === null ? unranked('string') : { dtype: 'string', shape: [...shape, null] }, { dtype: 'int64', shape }];
};

/** Stop words go, so that the last axis may shrink. */
export const stringNormalizer: ShapeRule = (c) => {
  const shape = c.shape(0);
  if (shape === null) return [unranked('string')];
  const stays = c.node.attributes.stopwords === undefined;
  return [{ dtype: 'string', shape: shape.map((d, i) => (stays || i < shape.length - 1 ? d : null)) }];
};

/** Counts of n-grams instead of the last axis. */
export const tfIdf: ShapeRule = (c) => {
  const shape = c.shape(0);
  if (shape === null) return [unranked('float32')];
  const indexes = c.ints('ngram_indexes') ?? [];
  return [{ dtype: 'float32', shape: [...shape.slice(0, -1), indexes.reduce((a, b) => Math.max(a, b), -1) + 1] }];
};
