import type { Node } from '@incognita/onnx';
import { transposedConvolution } from '../emit/adjointWindow.js';
import { intOf, stringOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { adjointKernel, adjointKernelOf } from '../emit/kernels.js';
import { phasedConvolution } from '../emit/phases.js';
import { concatenationOf } from '../emit/rectified.js';
import { reduce } from '../emit/reduce.js';
import { slice, spaceOf, unsqueeze } from '../emit/shapes.js';
import { averageAdjoint, hasStepsOfOne, poolWindow } from '../emit/sumPool.js';
import { isPaddedAtRun, spaceAxes, type Window, windowOf } from '../emit/window.js';
import { MissingRuleError } from '../errors.js';
import { SameConv } from '../parts/samePadding.js';
import { SizedConvTranspose } from '../parts/sizedConvTranspose.js';
import type { JvpCall, Rule, VjpCall } from '../types.js';
import { compositeWhere } from './composite.js';
import { sumOf } from './elementwise.js';

/** y = x ∗ w + b over one or more axes of space, with strides, padding, dilations and groups. */
const conv: Rule = {
  vjp: (call) => {
    const { e, node, g, needs } = call;
    const window = kernelWindow(e, node);
    return [
      needs(0) ? inputGradient(call, window) : null,
      needs(1) ? convolutionWeightGradient(e, node.inputs[0]!, g, window, intOf(node, 'group', 1)) : null,
      needs(2) ? biasGradient(e, window, g) : null,
    ];
  },
  jvp: forward,
};

/** The adjoint of a convolution with the same kernel. */
const convTranspose: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const window = transposedWindow(e, node);
    const groups = intOf(node, 'group', 1);
    return [
      needs(0) ? e.op('Conv', [g, node.inputs[1]!], convolutionAttributes(window, groups)) : null,
      needs(1) ? convolutionWeightGradient(e, g, node.inputs[0]!, window, groups) : null,
      needs(2) ? biasGradient(e, window, g) : null,
    ];
  },
  jvp: forward,
};

export const Conv: Rule = compositeWhere(isPaddedAtRun, SameConv, conv);

export const ConvTranspose: Rule = compositeWhere(isSizedAtRun, SizedConvTranspose, convTranspose);

function forward({ e, node, tangents: [tx, tw, tb] }: JvpCall): (string | null)[] {
  const [x, w] = node.inputs as [string, string];
  const rank = (e.rank(w) ?? 4) - 2;
  const terms = [tx ? e.op(node.op, [tx, w], node.attributes) : null, tw ? e.op(node.op, [x, tw], node.attributes) : null];
  const bias = tb
    ? unsqueeze(
        e,
        tb,
        spaceAxes(rank).map((axis) => axis - 1),
      )
    : null;
  if (bias && !tx && !tw) return [e.op('Expand', [bias, e.op('Shape', [node.outputs[0]!])])];
  return [sumOf(e, [...terms, bias])];
}

function kernelWindow(e: Emitter, node: Node): Window {
  const dims = e.dims(node.inputs[1]!);
  if (!dims) throw new MissingRuleError(node, `the shape of its kernel "${node.inputs[1]}" is not known.`);
  return windowOf(e, node, dims.slice(2));
}

function convolutionAttributes(window: Window, groups: number): Record<string, number | readonly number[]> {
  return {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads: [...window.begin, ...window.end],
    group: groups,
  };
}

/** Stride one: a convolution with the turned kernel. Otherwise a transposed convolution, or one convolution a phase. */
function inputGradient(call: VjpCall, window: Window): string | null {
  const { e, node, g } = call;
  const [x, w] = node.inputs as [string, string];
  const groups = intOf(node, 'group', 1);
  const turned = turnedWindow(window);
  if (!turned) {
    const y = node.outputs[0]!;
    const phased = groups === 1 ? phasedConvolution(e, g, w, window, x, y) : null;
    return phased ?? transposedConvolution(e, g, w, window, groups, { x, y });
  }
  if (intoParts(call, turned)) return null;
  return e.op('Conv', [g, adjointKernel(e, w, groups)], convolutionAttributes(turned, groups));
}

/** The window of the convolution that is the adjoint of one of stride one; null for other strides and excessive padding. */
function turnedWindow(window: Window): Window | null {
  const span = window.kernel.map((k, i) => window.dilations[i]! * (k - 1));
  const begin = span.map((s, i) => s - window.begin[i]!);
  const end = span.map((s, i) => s - window.end[i]!);
  const fits = window.strides.every((stride) => stride === 1) && [...begin, ...end].every((pad) => pad >= 0);
  return fits ? { ...window, begin, end } : null;
}

/**
 * Where the input is a concatenation that only convolutions read, maybe through an average of its windows, each part's
 * cotangent is computed alone, from its own rows of the kernel: nothing needs to be split.
 */
function intoParts(call: VjpCall, turned: Window): boolean {
  const { e, node, g } = call;
  const average = averageBefore(call, node);
  const parts = concatenationOf(call, (average?.node ?? node).inputs[0]!, (reader) => takesParts(call, reader));
  const channels = parts?.inputs.map((part) => e.shape(part)?.[1]);
  if (!parts || !channels?.every((count) => typeof count === 'number')) return false;
  const adjoint = average && averageAdjoint(e, average.node, average.window)!;
  // What scales places and not channels may come before a product over channels, where there are fewer of them.
  const scaled = adjoint?.scale ? e.op('Mul', [g, adjoint.scale]) : g;
  let from = 0;
  for (const [i, part] of parts.inputs.entries()) {
    const to = from + (channels[i] as number);
    if (call.flows(part)) {
      const kernel = adjointKernelOf(e, node.inputs[1]!, from, to)!;
      const cotangent = e.op('Conv', [scaled, kernel], convolutionAttributes(turned, 1));
      call.contribute(part, adjoint ? adjoint.average(cotangent) : cotangent);
    }
    from = to;
  }
  return true;
}

/** Whether the cotangent of what a node reads can be computed channel by channel from constants. */
function takesParts(call: VjpCall, reader: Node): boolean {
  const { e } = call;
  if (reader.op === 'AveragePool') {
    const next = e.consumers(reader.outputs[0]!).filter((node) => node.outputs.some(call.flows));
    return next.length === 1 && averageBefore(call, next[0]!)?.node === reader && takesParts(call, next[0]!);
  }
  return (
    reader.op === 'Conv' &&
    intOf(reader, 'group', 1) === 1 &&
    !call.replaced(reader) &&
    e.values(reader.inputs[1]) !== null &&
    !call.flows(reader.inputs[1]!) &&
    turnedWindow(kernelWindow(e, reader)) !== null
  );
}

/** The average with steps of one whose output a convolution with windows of one place alone reads. */
function averageBefore(call: VjpCall, convolution: Node): { readonly node: Node; readonly window: Window } | null {
  const { e } = call;
  const name = convolution.inputs[0]!;
  const node = e.producer(name);
  if (node?.op !== 'AveragePool' || node.domain !== '' || call.observed(name) || call.replaced(node)) return null;
  const next = e.consumers(name).filter((reader) => reader.outputs.some(call.flows));
  const pointwise =
    e
      .dims(convolution.inputs[1]!)
      ?.slice(2)
      .every((size) => size === 1) ?? false;
  if (next.length !== 1 || !pointwise || isPaddedAtRun(e, node)) return null;
  const window = poolWindow(e, node);
  return hasStepsOfOne(window) ? { node, window } : null;
}

function biasGradient(e: Emitter, window: Window, g: string): string {
  return reduce(e, 'ReduceSum', g, [0, ...spaceAxes(window.rank)], false);
}

/**
 * The kernel's gradient: batch and channels change places, the cotangent becomes the kernel, strides become dilations and
 * dilations strides. `x` is the convolution's input [n, groups·in, …], `g` has the shape of its output.
 */
function convolutionWeightGradient(e: Emitter, x: string, g: string, window: Window, groups: number): string {
  const space = spaceAxes(window.rank);
  const kernel = e.op('Transpose', [g], { perm: [1, 0, ...space] });
  const swapped = groups === 1 ? e.op('Transpose', [x], { perm: [1, 0, ...space] }) : groupsToBatch(e, x, groups, space);
  const whole = e.op('Conv', [swapped, kernel], {
    strides: window.dilations,
    dilations: window.strides,
    pads: [...window.begin, ...window.end],
    group: groups,
  });
  const cut = slice(
    e,
    whole,
    space.map(() => 0),
    window.kernel,
    space,
  );
  return e.op('Transpose', [cut], { perm: [1, 0, ...space] });
}

/** [n, groups·in, …] → [in, groups·n, …] */
function groupsToBatch(e: Emitter, x: string, groups: number, space: readonly number[]): string {
  const sizes = e.op('Shape', [x]);
  const tail = e.op('Slice', [sizes, e.ints([2]), e.ints([Number.MAX_SAFE_INTEGER]), e.ints([0])]);
  const apart = e.op('Concat', [e.op('Slice', [sizes, e.ints([0]), e.ints([1]), e.ints([0])]), e.ints([groups, -1]), tail], {
    axis: 0,
  });
  const split = e.op('Reshape', [x, apart]);
  const swapped = e.op('Transpose', [split], { perm: [2, 1, 0, ...space.map((axis) => axis + 1)] });
  return e.op('Reshape', [swapped, e.op('Concat', [e.ints([0, -1]), tail], { axis: 0 })]);
}

/** The window of the convolution that a transposed one is the adjoint of. */
function transposedWindow(e: Emitter, node: Node): Window {
  const { auto_pad: auto, ...attributes } = node.attributes;
  const window = kernelWindow(e, { ...node, attributes });
  if (!isSized(node)) return window;
  const { output_padding: padded, output_shape: stated } = attributes;
  const extra = padded?.type === 'ints' ? padded.value : window.kernel.map(() => 0);
  const wanted = stated?.type === 'ints' ? stated.value.slice(-window.rank) : null;
  const sizes = spaceOf(e, node.inputs[0]!);
  const total = window.kernel.map((kernel, i) => {
    const stride = window.strides[i]!;
    const beyond = window.dilations[i]! * (kernel - 1) + 1 + extra[i]! - stride;
    return Math.max(0, wanted ? beyond + stride * sizes![i]! - wanted[i]! : beyond);
  });
  const upper = auto?.type === 'string' && auto.value === 'SAME_UPPER';
  const begin = total.map((t) => (upper ? Math.floor(t / 2) : t - Math.floor(t / 2)));
  return { ...window, begin, end: total.map((t, i) => t - begin[i]!) };
}

/** Whether a transposed convolution states the size of its output, and the padding follows from it. */
function isSized(node: Node): boolean {
  return node.attributes.output_shape !== undefined || stringOf(node, 'auto_pad', 'NOTSET').startsWith('SAME');
}

function isSizedAtRun(e: Emitter, node: Node): boolean {
  return node.attributes.output_shape !== undefined && !spaceOf(e, node.inputs[0]!);
}
