import type { Attribute, Node } from '@incognita/onnx';
import { type Emitter, float } from './emitter.js';
import type { Phases } from './interleave.js';
import { oneTap, type Tap } from './oneTap.js';
import type { Window } from './window.js';

/** Times the difference of two normal float32 numbers that are not equal, this is at most minus one. */
const STEEP = -3e38;

/** Even places or odd ones. */
type Phase = 0 | 1;

/** One axis of a max-pool with a stride of two. */
interface Axis {
  /** Lengths before and after, and number of even and of odd places before. */
  readonly size: number;
  readonly count: number;
  readonly places: readonly [number, number];
  /** Where the window's taps fall: tap a of window i is the (i + shift)-th place of its phase. */
  readonly taps: readonly { readonly phase: Phase; readonly shift: number }[];
}

/** Zeros to put before the even and the odd places of an axis. */
export type Lead = readonly [number, number];

/** Whether {@link phasedMaxPoolGradient} applies: two axes, strides of two, known sizes, whole blocks of channels. */
export function isPhased(e: Emitter, node: Node, { rank, kernel, strides, dilations }: Window): boolean {
  const [, ...sizes] = [...(e.shape(node.inputs[0]!) ?? []), ...(e.shape(node.outputs[0]!)?.slice(2) ?? [])];
  return (
    e.form === 'cpu' &&
    e.dtype(node.inputs[0]!) === 'float32' &&
    rank === 2 &&
    node.outputs.length === 1 &&
    kernel.every((k, i) => (k === 2 || k === 3) && strides[i] === 2 && dilations[i] === 1) &&
    sizes.length === 5 &&
    sizes.every((size) => typeof size === 'number') &&
    sizes[0]! % 16 === 0
  );
}

/**
 * The cotangent of the input of a max-pool over outputs of a ReLU: that of its even and odd rows and columns, each by itself.
 * Each window's goes to its first maximum in row-major order, as in PyTorch; `g` must be zero where the maximum is zero.
 *
 * A maximum over a rectangle is one over rows of maxima over their columns, so first the rows are found, then the columns of
 * the even and of the odd ones. All is convolutions with one tap, products and HardSigmoid, which ONNX Runtime
 * computes in its blocked layout. Equality is clip(1 − 3·10³⁸ (maximum − x), 0, 1), exactly 0 or 1 but for denormal differences.
 * What padding adds are zeros, and no positive maximum equals them.
 */
export function phasedMaxPoolGradient(e: Emitter, node: Node, window: Window, g: string, lead: readonly Lead[]): Phases {
  const x = node.inputs[0]!;
  const channels = e.shape(x)![1] as number;
  const [rows, columns] = [axisOf(e, node, window, 0), axisOf(e, node, window, 1)];
  const across = maximaOfRows(e, node, window);
  // The zeros before even and odd rows are there from the beginning: a tap outside costs less than one inside a kernel.
  const rowsAt = both((u): Tap => everyOther(rows, u, lead[0]![u]));
  const maxima = both((u) => pick(e, across, channels, [rowsAt[u], still(columns.count)]));
  const inRows = undo(
    e,
    {
      axis: rows,
      channels,
      lead: lead[0]!,
      maximum: node.outputs[0]!,
      minus: ({ phase, shift }) => {
        const seen = { shift: shift + lead[0]![phase], stride: 1, from: rowsAt[phase].to, to: rows.count };
        return oneTap(e, maxima[phase], channels, [seen, still(columns.count)], -1);
      },
      at: (tap) => [tap, still(columns.count)],
    },
    g,
  );
  return both((u) =>
    undo(
      e,
      {
        axis: columns,
        channels,
        lead: lead[1]!,
        maximum: maxima[u],
        minus: ({ phase, shift }) => {
          const seen = { shift: 2 * shift + phase, stride: 2, from: columns.size, to: columns.count };
          return oneTap(e, x, channels, [rowsAt[u], seen], -1);
        },
        at: (tap) => [still(rowsAt[u].to), tap],
      },
      inRows[u],
    ),
  );
}

const both = <T>(of: (phase: Phase) => T): [T, T] => [of(0), of(1)];

function axisOf(e: Emitter, node: Node, { kernel, begin }: Window, axis: number): Axis {
  const [size, count] = [e.shape(node.inputs[0]!)![axis + 2] as number, e.shape(node.outputs[0]!)![axis + 2] as number];
  const taps = Array.from({ length: kernel[axis]! }, (_, a) => {
    const shift = Math.floor((a - begin[axis]!) / 2);
    return { phase: (a - begin[axis]! - 2 * shift) as Phase, shift };
  });
  return { size, count, places: [Math.ceil(size / 2), Math.floor(size / 2)], taps };
}

/** The pool along the last axis alone; the model's own is taken from it, for what is left to do. */
function maximaOfRows(e: Emitter, node: Node, { kernel, begin, end }: Window): string {
  const attributes = (axis: number): Record<string, Attribute> => {
    const ints = (values: readonly number[], rest: number): Attribute => ({
      type: 'ints',
      value: values.map((value, i) => (i % 2 === axis ? value : rest)),
    });
    const { ceil_mode } = node.attributes;
    const shared = { kernel_shape: ints(kernel, 1), strides: ints([2, 2], 1), pads: ints([...begin, ...end], 0) };
    return ceil_mode ? { ...shared, ceil_mode } : shared;
  };
  const across = e.before(node, 'MaxPool', [node.inputs[0]!], attributes(1));
  e.extend(node, { ...node, inputs: [across], attributes: attributes(0) });
  return across;
}

const still = (length: number): Tap => ({ shift: 0, stride: 1, from: length, to: length });

/** Every other place of an axis, behind so many zeros. */
const everyOther = ({ size, places }: Axis, phase: Phase, lead: number): Tap => ({
  shift: phase - 2 * lead,
  stride: 2,
  from: size,
  to: places[phase] + lead,
});

/** `from` places behind `before` zeros, in a row of `to`. */
const placed = (from: number, before: number, to: number): Tap => ({ shift: -before, stride: 1, from, to });

/** A tensor thinned out: from the first place on by a pool of single places, which is the fastest way. */
function pick(e: Emitter, value: string, channels: number, taps: readonly Tap[]): string {
  if (taps.some(({ shift }) => shift !== 0)) return oneTap(e, value, channels, taps);
  return e.op('MaxPool', [value], { kernel_shape: [1, 1], strides: taps.map(({ stride }) => stride) });
}

/** A maximum along one axis, to be undone. */
interface Stage {
  readonly axis: Axis;
  readonly channels: number;
  readonly maximum: string;
  /** What the maximum was taken of, as a tap of the window sees it, negative. */
  minus(tap: Axis['taps'][number]): string;
  readonly lead: Lead;
  /** The taps of both axes: one along this axis, the other left as it is. */
  at(tap: Tap): readonly Tap[];
}

/** The cotangents of the even and of the odd places of a maximum along an axis, whose own is `value`. */
function undo(e: Emitter, stage: Stage, value: string): [string, string] {
  const { axis, channels, maximum, lead } = stage;
  const { taps, count, places } = axis;
  const sums: [string | null, string | null] = [null, null];
  let rest = value;
  for (const [a, { phase, shift }] of taps.entries()) {
    let part = rest;
    if (a < taps.length - 1) {
      const below = e.op('Add', [stage.minus({ phase, shift }), maximum]);
      part = e.op('Mul', [rest, e.op('HardSigmoid', [below], { alpha: float(STEEP), beta: float(1) })]);
      rest = e.op('Add', [oneTap(e, part, channels, stage.at(still(count)), -1), rest]);
    }
    const before = shift + lead[phase];
    const moved = stage.at(placed(count, before, places[phase] + lead[phase]));
    const alike = moved.every((tap) => tap.shift === 0 && tap.from === tap.to);
    const there = alike ? part : oneTap(e, part, channels, moved);
    const known: string | null = sums[phase];
    sums[phase] = known ? e.op('Add', [there, known]) : there;
  }
  return sums as [string, string];
}
