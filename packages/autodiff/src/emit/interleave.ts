import type { Emitter } from './emitter.js';
import { slice } from './shapes.js';

/** Tensors [n, channels, places…] by the row and column of a stride of two that they hold. */
export type Phases = readonly (readonly [string, string])[];

/**
 * One tensor [n, channels, height, width] of the four of every other row and column. All are of the size of the first:
 * ⌈height / 2⌉ by ⌈width / 2⌉. Side by side with channels last, whole blocks of channels are moved, and the way out of
 * ONNX Runtime's blocked layout is a transposition anyway.
 */
export function interleave(e: Emitter, phases: Phases, channels: number, [height, width]: readonly [number, number]): string {
  const places = [Math.ceil(height / 2), Math.ceil(width / 2)] as const;
  const bands = phases.map((parts) => {
    const band = e.op('Transpose', [e.op('Concat', parts, { axis: 1 })], { perm: [0, 2, 3, 1] });
    return e.op('Reshape', [band, e.ints([0, 0, 1, 2 * places[1] * channels])]);
  });
  const whole = e.op('Reshape', [e.op('Concat', bands, { axis: 2 }), e.ints([0, 2 * places[0], 2 * places[1], channels])]);
  const even = height % 2 === 0 && width % 2 === 0;
  const cut = even ? whole : slice(e, whole, [0, 0], [height, width], [1, 2]);
  return e.op('Transpose', [cut], { perm: [0, 3, 1, 2] });
}
