import type { Emitter } from './emitter.js';

/** What a convolution with a single tap sees along one axis: out[i] = weight · in[stride · i + shift], zero outside. */
export interface Tap {
  readonly shift: number;
  readonly stride: number;
  /** Lengths of the axis before and after. */
  readonly from: number;
  readonly to: number;
}

/**
 * A tensor [n, channels, …] shifted, cut, padded or thinned out along its axes of space by a convolution of every channel alone
 * whose kernel has a single tap: unlike Slice and Pad, ONNX Runtime computes it in the blocked layout of its convolutions, and adds
 * another tensor or applies an activation on the way.
 */
export function oneTap(e: Emitter, value: string, channels: number, taps: readonly Tap[], weight = 1): string {
  const axes = taps.map(({ shift, stride, from, to }) => {
    const [begin, first] = [Math.max(0, -shift), Math.max(0, shift)];
    const beyond = (to - 1) * stride + 1 + shift - from;
    // A last place that the stride would still reach is kept out by a longer kernel.
    const rest = Math.max(0, -beyond - stride + 1);
    return { begin, first, size: first + 1 + rest, end: Math.max(0, beyond) };
  });
  const size = axes.map((axis) => axis.size);
  const at = axes.reduce((index, { size, first }) => index * size + first, 0);
  const area = size.reduce((a, b) => a * b, 1);
  const kernel = e.once(`tap ${channels} ${size} ${at} ${weight}`, () => {
    const values = new Float32Array(channels * area);
    for (let c = 0; c < channels; c++) values[c * area + at] = weight;
    return e.constant('float32', values, [channels, 1, ...size]);
  });
  return e.op('Conv', [value, kernel], {
    kernel_shape: size,
    strides: taps.map(({ stride }) => stride),
    pads: [...axes.map(({ begin }) => begin), ...axes.map(({ end }) => end)],
    group: channels,
  });
}
