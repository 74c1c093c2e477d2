import type { Emitter } from './emitter.js';
import { dimsOf, slice } from './shapes.js';
import { spaceAxes, type Window } from './window.js';

/**
 * The adjoint of sliding a window: a transposed convolution of the cotangent `g` (of the model's tensor `y`) with the
 * kernel `w`, of the size of `x`. Rows that no window reached come from `output_padding`; where the sizes are not known
 * before the run, the result is made a little too large and cut.
 */
export function transposedConvolution(
  e: Emitter,
  g: string,
  w: string,
  window: Window,
  groups: number,
  { x, y }: { readonly x: string; readonly y: string },
): string {
  const { rank, kernel, strides, dilations, begin } = window;
  const from = e.shape(x)?.slice(2) ?? [];
  const to = e.shape(y)?.slice(2) ?? [];
  const beyond = kernel.map((k, i) => {
    const [size, count] = [from[i], to[i]];
    if (typeof size !== 'number' || typeof count !== 'number') return null;
    return (count - 1) * strides[i]! + dilations[i]! * (k - 1) + 1 - begin[i]! - size;
  });
  const attributes = { kernel_shape: kernel, strides, dilations, group: groups };
  if (beyond.every((rows) => rows !== null)) {
    const rows = beyond as number[];
    return e.op('ConvTranspose', [g, w], {
      ...attributes,
      pads: [...begin, ...rows.map((r) => Math.max(0, r))],
      output_padding: rows.some((r) => r < 0) ? rows.map((r) => Math.max(0, -r)) : undefined,
    });
  }
  const whole = e.op('ConvTranspose', [g, w], {
    ...attributes,
    pads: [...begin, ...begin.map(() => 0)],
    output_padding: strides.some((s) => s > 1) ? strides.map((stride) => stride - 1) : undefined,
  });
  const axes = spaceAxes(rank);
  return slice(
    e,
    whole,
    axes.map(() => 0),
    dimsOf(e, x, axes),
    axes,
  );
}
