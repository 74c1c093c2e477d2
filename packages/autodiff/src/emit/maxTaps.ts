import type { Emitter } from './emitter.js';
import { dimsOf, slice } from './shapes.js';
import { spaceAxes, type Window } from './window.js';

/** A max-pool seen as a set of taps: one shifted, strided view of the input for each place of the window, in row-major order. */
export interface MaxTaps {
  /** Where the i-th tap holds its window's first maximum, given which windows are still open. */
  readonly offsets: readonly (readonly number[])[];
  /** The view of a tensor of the input's shape (padded with `fill`) through every tap: each of the output's shape. */
  views(value: string, fill: number): string[];
}

/** The taps of the window that slides over `x` to make `y`. */
export function maxTaps(e: Emitter, x: string, y: string, window: Window): MaxTaps {
  const { rank, kernel, strides, dilations, begin } = window;
  const axes = spaceAxes(rank);
  const reach = kernel.map((k, i) => dilations[i]! * (k - 1) + 1);
  const offsets = product(kernel.map((k, i) => Array.from({ length: k }, (_, j) => j * dilations[i]!)));
  const counts = dimsOf(e, y, axes);
  const lengths = e.op('Add', [e.op('Mul', [e.op('Sub', [counts, e.ints([1])]), e.ints(strides)]), e.ints([1])]);
  return {
    offsets,
    views: (value, fill) => {
      const after = reach.map((r, i) => r - 1 + strides[i]!);
      const padded = e.op('Pad', [value, e.ints([0, 0, ...begin, 0, 0, ...after]), e.scalar(fill, x)]);
      return offsets.map((offset) => slice(e, padded, offset, e.op('Add', [lengths, e.ints(offset)]), axes, strides));
    },
  };
}

/**
 * The adjoint of the taps' views: puts one tensor of the output's shape for every tap back to where it was seen and sums,
 * axis by axis (first the shifts of one phase of the stride, then the phases are interleaved).
 */
export function assembleTaps(e: Emitter, parts: readonly string[], x: string, window: Window): string {
  const { rank, kernel, strides, dilations, begin } = window;
  let rows = [...parts];
  for (let i = rank - 1; i >= 0; i--) {
    const next: string[] = [];
    for (let at = 0; at < rows.length; at += kernel[i]!)
      next.push(interleave(e, rows.slice(at, at + kernel[i]!), i + 2, rank + 2, strides[i]!, dilations[i]!));
    rows = next;
  }
  const axes = spaceAxes(rank);
  const ends = e.op('Add', [dimsOf(e, x, axes), e.ints(begin)]);
  return slice(e, rows[0]!, begin, ends, axes);
}

function interleave(e: Emitter, taps: readonly string[], axis: number, rank: number, stride: number, dilation: number): string {
  const room = Math.ceil((dilation * (taps.length - 1)) / stride);
  const phases: (string | null)[] = new Array<string | null>(stride).fill(null);
  for (const [i, tap] of taps.entries()) {
    const offset = i * dilation;
    const shift = Math.floor(offset / stride);
    const pads = new Array<number>(2 * rank).fill(0);
    pads[axis] = shift;
    pads[rank + axis] = room - shift;
    const placed = room === 0 ? tap : e.op('Pad', [tap, e.ints(pads)]);
    const phase = phases[offset % stride];
    phases[offset % stride] = phase ? e.op('Add', [phase, placed]) : placed;
  }
  if (stride === 1) return phases[0]!;
  const some = phases.find((phase) => phase !== null)!;
  const zero = phases.includes(null) ? e.op('Sub', [some, some]) : some;
  const apart = phases.map((phase) =>
    e.opset >= 13
      ? e.op('Unsqueeze', [phase ?? zero, e.ints([axis + 1])])
      : e.op('Unsqueeze', [phase ?? zero], { axes: [axis + 1] }),
  );
  const stacked = e.op('Concat', apart, { axis: axis + 1 });
  const lead = new Array<number>(axis).fill(0);
  if (axis === rank - 1) return e.op('Reshape', [stacked, e.ints([...lead, -1])]);
  const rest = e.op('Slice', [e.op('Shape', [some]), e.ints([axis + 1]), e.ints([rank]), e.ints([0])]);
  return e.op('Reshape', [stacked, e.op('Concat', [e.ints([...lead, -1]), rest], { axis: 0 })]);
}

function product(lists: readonly (readonly number[])[]): number[][] {
  return lists.reduce<number[][]>((all, list) => all.flatMap((head) => list.map((value) => [...head, value])), [[]]);
}
