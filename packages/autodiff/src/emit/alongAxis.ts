import type { Emitter } from './emitter.js';

/** Contracts an axis of length m with a matrix [m, n]. */
export function alongAxis(e: Emitter, value: string, axis: number, rank: number, matrix: string): string {
  if (axis === rank - 1) return e.op('MatMul', [value, matrix]);
  if (axis === rank - 2) return e.op('MatMul', [e.op('Transpose', [matrix], { perm: [1, 0] }), value]);
  const perm = Array.from({ length: rank }, (_, i) => i);
  perm[axis] = rank - 1;
  perm[rank - 1] = axis;
  return e.op('Transpose', [e.op('MatMul', [e.op('Transpose', [value], { perm }), matrix])], { perm });
}
