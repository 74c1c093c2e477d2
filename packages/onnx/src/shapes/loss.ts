import type { ShapeRule } from './context.js';

/** One number, or one for every target. */
export const negativeLogLikelihood: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null) return [];
  return [{ dtype: x.dtype, shape: c.string('reduction', 'mean') === 'none' ? c.shape(1) : [] }];
};

/** The loss, and the logarithms of the probabilities. */
export const softmaxCrossEntropy: ShapeRule = (c) => [negativeLogLikelihood(c)[0] ?? null, c.type(0)];
