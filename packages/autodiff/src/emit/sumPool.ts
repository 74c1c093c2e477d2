import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { transposedConvolution } from './adjointWindow.js';
import { intOf, intsOf } from './attributes.js';
import type { Emitter } from './emitter.js';
import { onesOf } from './modest.js';
import { dimsOf, reshapeLike, slice, spaceOf } from './shapes.js';
import { spaceAxes, type Window, windowOf } from './window.js';
import { windowShares } from './windowShares.js';

/** The window of a pooling node. */
export function poolWindow(e: Emitter, node: Node): Window {
  const kernel = intsOf(node, 'kernel_shape');
  if (!kernel) throw new MissingRuleError(node, 'its attribute kernel_shape is missing.');
  return windowOf(e, node, kernel);
}

/** Number of elements of a window. */
export const areaOf = (window: Window): number => window.kernel.reduce((a, b) => a * b, 1);

/** Whether a window moves by one place at a time, and its adjoint is a window, too. */
export function hasStepsOfOne({ kernel, strides, dilations, begin, end }: Window): boolean {
  return strides.every((s) => s === 1) && kernel.every((k, i) => dilations[i]! === 1 && k - 1 >= begin[i]! && k - 1 >= end[i]!);
}

/** The average over the turned windows: the adjoint of an average with steps of one. Null for other steps. */
function turnedAverage(e: Emitter, window: Window): ((g: string) => string) | null {
  const { kernel, strides, begin, end } = window;
  if (!hasStepsOfOne(window)) return null;
  const pads = [...kernel.map((k, i) => k - 1 - begin[i]!), ...kernel.map((k, i) => k - 1 - end[i]!)];
  return (g) => e.op('AveragePool', [g], { kernel_shape: kernel, strides, pads, count_include_pad: 1 });
}

/** One over the number of elements that each window of an average counts; null where all of each window counts. */
export function sharesOf(e: Emitter, node: Node, window: Window): string | null {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const padded = [...window.begin, ...window.end].some((pad) => pad !== 0);
  const withPads = intOf(node, 'count_include_pad', 0) === 1;
  if (intOf(node, 'ceil_mode', 0) === 0 && (withPads || !padded)) return null;
  return windowShares(e, { window, x, y, withPads });
}

/** The adjoint of an average with steps of one, for any number of channels. */
export interface AverageAdjoint {
  /** What the cotangent is multiplied by first, of shape [1, 1, …windows]; null where all windows count alike. */
  readonly scale: string | null;
  /** The average of the turned windows, which divides by the same number as that of the windows: it stays in ONNX Runtime's blocked layout. */
  average(scaled: string): string;
}

/** Null for an average with other steps. */
export function averageAdjoint(e: Emitter, node: Node, window: Window): AverageAdjoint | null {
  const average = turnedAverage(e, window);
  if (!average) return null;
  const share = sharesOf(e, node, window);
  return { scale: share && e.op('Mul', [share, e.scalar(areaOf(window), node.inputs[0]!)]), average };
}

/** Spreads each element of `g` over its whole window: every channel alone, by a transposed convolution with ones. */
export function sumPoolAdjoint(e: Emitter, node: Node, g: string, window: Window): string {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
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
  const ones = e.constant(e.dtype(x), onesOf(node, area), [1, 1, ...kernel]);
  return reshapeLike(e, transposedConvolution(e, alone, ones, window, 1, { x, y }), x);
}

/** Sums over the windows, which padding fills with zeros and the last of which may begin inside and end outside. */
export function sumPool(e: Emitter, node: Node, value: string, window: Window): string {
  const y = node.outputs[0]!;
  const { rank, kernel, strides, dilations, begin, end } = window;
  const sizes = e.op('Shape', [value]);
  const alone = e.op('Reshape', [value, e.op('Concat', [e.ints([-1, 1]), slice(e, sizes, [2], [rank + 2], [0])], { axis: 0 })]);
  const ones = e.constant(e.dtype(y), onesOf(node, areaOf(window)), [1, 1, ...kernel]);
  const pads = [...begin, ...end.map((pad, i) => pad + strides[i]! - 1)];
  const sums = e.op('Conv', [alone, ones], { kernel_shape: kernel, strides, dilations, pads });
  const axes = spaceAxes(rank);
  const counts = dimsOf(e, y, axes);
  const cut = slice(
    e,
    sums,
    axes.map(() => 0),
    counts,
    axes,
  );
  return e.op('Reshape', [cut, e.op('Concat', [slice(e, sizes, [0], [2], [0]), counts], { axis: 0 })]);
}
