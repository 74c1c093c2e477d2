import type { Emitter } from '../../emit/emitter.js';

/**
 * What a number is replaced by where it is smaller in size: relevance of a zero is kept as a cotangent of R / TINY, and found
 * again as TINY times that. Half precision has no numbers for that far.
 */
const TINY = 1e-12;
const TINY_HALF = 1e-3;

/** The model's tensor with its zeros replaced, so that relevance can be divided by it and multiplied by it again. */
export function nonzero(e: Emitter, name: string): string {
  const tiny = e.scalar(e.dtype(name) === 'float16' ? TINY_HALF : TINY, name);
  return e.op('Where', [e.op('Less', [e.op('Abs', [name]), tiny]), tiny, name]);
}

/**
 * What keeps the rules that have no epsilon of their own from dividing by zero. chr5tphr/zennit `src/zennit/core.py` (stabilize) takes
 * 1e-6, which takes relevance of its own where activations are small.
 */
const STABILIZER = 1e-9;
const STABILIZER_HALF = 1e-6;

/** `value` moved away from zero. `like` is a tensor of the model of the same type. */
export function stabilized(e: Emitter, value: string, like: string): string {
  const least = e.dtype(like) === 'float16' ? STABILIZER_HALF : STABILIZER;
  const negative = e.op('Less', [value, e.scalar(0, like)]);
  return e.op('Add', [value, e.op('Where', [negative, e.scalar(-least, like), e.scalar(least, like)])]);
}

/** `g` times |y| / (|y| + ε), which is y / (y + ε sign y). */
export function damped(e: Emitter, g: string, y: string, epsilon: number): string {
  if (epsilon === 0) return g;
  const size = e.op('Abs', [y]);
  return e.op('Mul', [g, e.op('Div', [size, e.op('Add', [size, e.scalar(epsilon, y)])])]);
}
