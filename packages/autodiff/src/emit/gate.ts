import { type Emitter, float } from './emitter.js';

/** Times every normal positive float32, this is at least one. */
const STEEP = 3e38;

/** `value` where `mask` holds, else zero. */
export function keepWhere(e: Emitter, mask: string, value: string, like: string): string {
  return e.op('Where', [mask, value, e.scalar(0, like)]);
}

/**
 * `value` where the model's tensor `y` is positive, else zero. In float32 as a product with clip(3·10³⁸ y, 0, 1), which is
 * exactly the step function (but for denormal numbers): unlike a comparison, ONNX Runtime computes it in the blocked layout
 * of its convolutions, and it is three times as fast as Where.
 */
export function keepWherePositive(e: Emitter, y: string, value: string): string {
  if (e.dtype(y) !== 'float32') return keepWhere(e, e.op('Greater', [y, e.scalar(0, y)]), value, y);
  return e.op('Mul', [value, e.op('HardSigmoid', [y], { alpha: float(STEEP), beta: float(0) })]);
}
