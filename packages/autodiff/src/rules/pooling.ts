import type { Node } from '@incognita/onnx';
import { transposedConvolution } from '../emit/adjointWindow.js';
import { intOf, intsOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { keepWherePositive } from '../emit/gate.js';
import { maxPoolGradient, maxPoolTangent } from '../emit/maxPool.js';
import { isRectified } from '../emit/rectified.js';
import { reduce } from '../emit/reduce.js';
import { dimsOf, expandLike, ratioOfSizes, reshapeLike, spaceOf } from '../emit/shapes.js';
import { spaceAxes, type Window, windowOf } from '../emit/window.js';
import { windowShares } from '../emit/windowShares.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';
import { linear } from './elementwise.js';

/** The first maximum of each window (in row-major order) gets the gradient, as in PyTorch. */
export const MaxPool: Rule = {
  vjp: (call) => {
    const { e, node, g, cotangents } = call;
    if (cotangents[1]) throw new MissingRuleError(node, 'its Indices output has no gradient.');
    const closed = isRectified(call, node.inputs[0]!) ? keepWherePositive(e, node.outputs[0]!, g) : g;
    return [maxPoolGradient(e, node, poolWindow(e, node), closed)];
  },
  jvp: ({ e, node, tangents: [t] }) => [maxPoolTangent(e, node, poolWindow(e, node), t!), null],
};

/** Each element of a window gets the same share; the share is that of the window's elements that count. */
export const AveragePool: Rule = linear((e, node, g) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const window = poolWindow(e, node);
  const share = shares(e, node, window);
  const average = turnedAverage(e, window);
  if (!average) return sumPoolAdjoint(e, e.op('Mul', [g, share ?? e.scalar(1 / areaOf(window), x)]), window, x, y);
  // The average of the turned windows divides by the same number as that of the windows: alone, it stays in ONNX Runtime's
  // blocked layout.
  return average(share ? e.op('Mul', [g, e.op('Mul', [share, e.scalar(areaOf(window), x)])]) : g);
});

function poolWindow(e: Emitter, node: Node): Window {
  const kernel = intsOf(node, 'kernel_shape');
  if (!kernel) throw new MissingRuleError(node, 'its attribute kernel_shape is missing.');
  return windowOf(e, node, kernel);
}

const areaOf = (window: Window): number => window.kernel.reduce((a, b) => a * b, 1);

/** One over the number of elements that each window of an average counts; null where all of each window counts. */
function shares(e: Emitter, node: Node, window: Window): string | null {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const padded = [...window.begin, ...window.end].some((pad) => pad !== 0);
  const withPads = intOf(node, 'count_include_pad', 0) === 1;
  if (intOf(node, 'ceil_mode', 0) === 0 && (withPads || !padded)) return null;
  return windowShares(e, { window, x, y, withPads });
}

/** The average over the turned windows: the adjoint of an average with steps of one. Null for other steps. */
function turnedAverage(e: Emitter, window: Window): ((g: string) => string) | null {
  const { kernel, strides, dilations, begin, end } = window;
  const span = kernel.map((k, i) => dilations[i]! * (k - 1));
  const fits = strides.every((s) => s === 1) && span.every((s, i) => s === kernel[i]! - 1 && s >= begin[i]! && s >= end[i]!);
  if (!fits) return null;
  const pads = [...span.map((s, i) => s - begin[i]!), ...span.map((s, i) => s - end[i]!)];
  return (g) => e.op('AveragePool', [g], { kernel_shape: kernel, strides, pads, count_include_pad: 1 });
}

/** Spreads each element of `g` over its whole window: every channel alone, by a transposed convolution with ones. */
function sumPoolAdjoint(e: Emitter, g: string, window: Window, x: string, y: string): string {
  const { rank, kernel, strides, dilations, begin, end } = window;
  const area = areaOf(window);
  const sizes = spaceOf(e, x);
  const tiles =
    sizes &&
    kernel.every((k, i) => k === strides[i] && dilations[i] === 1 && begin[i] === 0 && end[i] === 0 && sizes[i]! % k === 0);
  if (tiles && rank === 2 && e.dtype(x) === 'float32')
    return e.op('Resize', [g, '', e.constant('float32', [1, 1, ...kernel])], {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  const average = turnedAverage(e, window);
  if (average) return e.op('Mul', [average(g), e.scalar(area, x)]);
  const alone = e.op('Reshape', [g, e.op('Concat', [e.ints([-1, 1]), dimsOf(e, y, spaceAxes(rank))], { axis: 0 })]);
  const ones = e.constant(e.dtype(x), new Array<number>(area).fill(1), [1, 1, ...kernel]);
  return reshapeLike(e, transposedConvolution(e, alone, ones, window, 1, { x, y }), x);
}

/** y = (Σ |x|ᵖ)^(1/p) over the window. */
export const LpPool: Rule = {
  vjp: ({ e, node, g }) => {
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const p = intOf(node, 'p', 2);
    const scaled = e.op('Div', [g, safePower(e, y, p - 1)]);
    return [e.op('Mul', [sumPoolAdjoint(e, scaled, poolWindow(e, node), x, y), signedPower(e, x, p - 1)])];
  },
  jvp: ({ e, node, tangents: [t] }) => {
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const p = intOf(node, 'p', 2);
    const { p: _, ceil_mode, ...attributes } = node.attributes;
    const area = poolWindow(e, node).kernel.reduce((a, b) => a * b, 1);
    const mean = e.op('AveragePool', [e.op('Mul', [t!, signedPower(e, x, p - 1)])], {
      ...attributes,
      ceil_mode,
      count_include_pad: 1,
    });
    return [e.op('Div', [e.op('Mul', [mean, e.scalar(area, x)]), safePower(e, y, p - 1)])];
  },
};

function safePower(e: Emitter, value: string, power: number): string {
  const safe = e.op('Where', [e.op('Equal', [value, e.scalar(0, value)]), e.scalar(1, value), value]);
  return power === 1 ? safe : e.op('Pow', [safe, e.scalar(power, value)]);
}

function signedPower(e: Emitter, x: string, power: number): string {
  if (power === 1) return x;
  const size = e.op('Pow', [e.op('Abs', [x]), e.scalar(power, x)]);
  return e.op('Where', [e.op('Less', [x, e.scalar(0, x)]), e.op('Neg', [size]), size]);
}

export const GlobalAveragePool: Rule = linear((e, node, g) => {
  const [x] = node.inputs as [string];
  return expandLike(e, e.op('Div', [g, ratioOfSizes(e, x, node.outputs[0]!)]), x);
});

/** The first maximum of each channel gets the gradient. */
export const GlobalMaxPool: Rule = {
  vjp: ({ e, node, g }) => {
    const [x] = node.inputs as [string];
    const narrow = e.op('Reshape', [g, e.ints([0, 0, 1])]);
    return [reshapeLike(e, e.op('Where', [firstMaximum(e, x), narrow, e.scalar(0, x)]), x)];
  },
  jvp: ({ e, node, tangents: [t] }) => {
    const [x] = node.inputs as [string];
    const flat = e.op('Reshape', [t!, e.ints([0, 0, -1])]);
    const sum = reduce(e, 'ReduceSum', e.op('Where', [firstMaximum(e, x), flat, e.scalar(0, x)]), [2], false);
    const space = new Array<number>((e.rank(x) ?? 4) - 2).fill(1);
    return [e.op('Reshape', [sum, e.ints([0, 0, ...space])])];
  },
};

/** [n, c, space]: true at the first maximum of each channel; in the portable form without integers, which WebGPU lacks. */
function firstMaximum(e: Emitter, x: string): string {
  const flat = e.op('Reshape', [x, e.ints([0, 0, -1])]);
  if (e.form === 'portable') {
    const isLargest = e.op('Equal', [flat, reduce(e, 'ReduceMax', flat, [2], true)]);
    const hits = e.op('Where', [isLargest, e.scalar(1, x), e.scalar(0, x)]);
    const before = e.op('CumSum', [hits, e.constant('int64', [2], [])], { exclusive: 1 });
    return e.op('And', [isLargest, e.op('Less', [before, e.scalar(0.5, x)])]);
  }
  const at = e.op('ArgMax', [flat], { axis: 2, keepdims: 1 });
  const count = e.op('Gather', [e.op('Shape', [flat]), e.constant('int64', [2], [])]);
  const places = e.op('Range', [e.constant('int64', [0], []), count, e.constant('int64', [1], [])]);
  return e.op('Equal', [places, at]);
}
