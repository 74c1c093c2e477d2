import type { Node } from '@incognita/onnx';
import { intOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { keepWherePositive } from '../emit/gate.js';
import { maxPoolGradient, maxPoolTangent } from '../emit/maxPool.js';
import { isRectified } from '../emit/rectified.js';
import { reduce } from '../emit/reduce.js';
import { expandLike, ratioOfSizes, reshapeLike } from '../emit/shapes.js';
import { areaOf, poolWindow, sumPoolAdjoint, turnedAverage } from '../emit/sumPool.js';
import { isPaddedAtRun, type Window } from '../emit/window.js';
import { windowShares } from '../emit/windowShares.js';
import { MissingRuleError } from '../errors.js';
import { SameAveragePool, SameMaxPool } from '../parts/samePadding.js';
import type { Rule } from '../types.js';
import { compositeWhere } from './composite.js';
import { linear } from './elementwise.js';

/** The first maximum of each window (in row-major order) gets the gradient, as in PyTorch. */
const maxPool: Rule = {
  vjp: (call) => {
    const { e, node, g, cotangents } = call;
    if (cotangents[1]) throw new MissingRuleError(node, 'its Indices output has no gradient.');
    const closed = isRectified(call, node.inputs[0]!) ? keepWherePositive(e, node.outputs[0]!, g) : g;
    return [maxPoolGradient(e, node, poolWindow(e, node), closed)];
  },
  jvp: ({ e, node, tangents: [t] }) => [maxPoolTangent(e, node, poolWindow(e, node), t!), null],
};

/** Each element of a window gets the same share; the share is that of the window's elements that count. */
const averagePool: Rule = linear((e, node, g) => {
  const x = node.inputs[0]!;
  const window = poolWindow(e, node);
  const share = shares(e, node, window);
  const average = turnedAverage(e, window);
  if (!average) return sumPoolAdjoint(e, node, e.op('Mul', [g, share ?? e.scalar(1 / areaOf(window), x)]), window);
  // The average of the turned windows divides by the same number as that of the windows: alone, it stays in ONNX Runtime's
  // blocked layout.
  return average(share ? e.op('Mul', [g, e.op('Mul', [share, e.scalar(areaOf(window), x)])]) : g);
});

export const MaxPool: Rule = compositeWhere(isPaddedAtRun, SameMaxPool, maxPool);

export const AveragePool: Rule = compositeWhere(isPaddedAtRun, SameAveragePool, averagePool);

/** One over the number of elements that each window of an average counts; null where all of each window counts. */
function shares(e: Emitter, node: Node, window: Window): string | null {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const padded = [...window.begin, ...window.end].some((pad) => pad !== 0);
  const withPads = intOf(node, 'count_include_pad', 0) === 1;
  if (intOf(node, 'ceil_mode', 0) === 0 && (withPads || !padded)) return null;
  return windowShares(e, { window, x, y, withPads });
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
