import type { Emitter } from './emitter.js';
import { interleave } from './interleave.js';
import { adjointKernelPhase } from './kernels.js';
import type { Window } from './window.js';

/** One residue of the places along an axis by the stride: the taps that reach it and the padding of their convolution. */
interface Phase {
  readonly first: number;
  readonly begin: number;
  readonly end: number;
}

/** Channels from which on the convolutions of the phases are faster than one transposed convolution, measured on ONNX Runtime. */
const CHANNELS = 64;

/**
 * The input gradient of a strided two-dimensional convolution without a transposed convolution: the places of each
 * phase of the stride see their own taps of the kernel, so that each is a small dense convolution, and the phases are put
 * side by side with channels last, where whole blocks of channels are moved. Null where that does not apply or does not pay.
 *
 * Source: W. Shi et al., Is the deconvolution layer the same as a convolutional layer? (2016), arXiv 1609.07009.
 */
export function phasedConvolution(e: Emitter, g: string, w: string, window: Window, x: string, y: string): string | null {
  const [, into, ...size] = e.shape(x) ?? [];
  const [, out, ...count] = e.shape(y) ?? [];
  if (e.form !== 'cpu' || window.rank !== 2 || !window.strides.every((s, i) => s === 2 && window.dilations[i] === 1)) return null;
  if (![into, out, ...size, ...count].every((dim) => typeof dim === 'number')) return null;
  const [channels, columns] = [into as number, out as number];
  if (channels < CHANNELS || columns < CHANNELS || channels % 16 !== 0 || columns % 16 !== 0) return null;
  const [height, width] = size as [number, number];
  const [rows, lanes] = [0, 1].map((axis) => phasesOf(window, axis, (size as number[])[axis]!, (count as number[])[axis]!)) as [
    Phase[] | null,
    Phase[] | null,
  ];
  if (!rows || !lanes) return null;
  const parts = rows.map((row) =>
    lanes.map((lane) => {
      const kernel = adjointKernelPhase(e, w, [row.first, lane.first], window.strides);
      return kernel && e.op('Conv', [g, kernel], { pads: [row.begin, lane.begin, row.end, lane.end] });
    }),
  );
  return parts.flat().includes(null) ? null : interleave(e, parts as [string, string][], channels, [height, width]);
}

/**
 * The places s·t + u of an axis: with p before the axis, tap a of the window at q falls on s·q + a − p, so phase u sees the
 * taps a ≡ u + p (mod s), and of these the j-th one through q = t + ⌊(u + p)/s⌋ − j. Null where a phase would see none, or
 * needs the cotangent cut.
 */
function phasesOf(window: Window, axis: number, size: number, count: number): Phase[] | null {
  const [kernel, stride, pad] = [window.kernel[axis]!, window.strides[axis]!, window.begin[axis]!];
  const places = Math.ceil(size / stride);
  const phases = Array.from({ length: stride }, (_, u) => {
    const first = (u + pad) % stride;
    const taps = Math.ceil((kernel - first) / stride);
    const begin = taps - 1 - Math.floor((u + pad) / stride);
    return { first, taps, begin, end: places + taps - 1 - begin - count };
  });
  return phases.every(({ taps, begin, end }) => taps > 0 && begin >= 0 && end >= 0) ? phases : null;
}
