import type { Emitter } from './emitter.js';
import { typeNumber } from './shapes.js';

/** Whether a tensor's elements may not compare equal to what was chosen among them. */
export function isHalf(e: Emitter, x: string): boolean {
  return e.dtype(x) === 'float16' || e.dtype(x) === 'bfloat16';
}

/**
 * The tensor in a type in which its elements compare equal to their maximum. Where a runtime has no kernels of half precision
 * it computes in float32 and may round one way to a tensor but not the other, so the maximum is taken again of one float32 copy.
 */
export function comparable(e: Emitter, x: string): string {
  return isHalf(e, x) ? e.op('Cast', [x], { to: typeNumber('float32') }) : x;
}
