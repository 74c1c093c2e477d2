import type { Emitter } from './emitter.js';

/** `value` where `mask` holds, else zero. */
export function keepWhere(e: Emitter, mask: string, value: string, like: string): string {
  return e.op('Where', [mask, value, e.scalar(0, like)]);
}
