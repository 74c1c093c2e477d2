import type { Emitter } from '../emit/emitter.js';
import { keepWherePositive } from '../emit/gate.js';
import { maxPoolGradient, maxPoolTangent } from '../emit/maxPool.js';
import { isRectified } from '../emit/rectified.js';
import { reduce } from '../emit/reduce.js';
import { expandLike, ratioOfSizes, reshapeLike } from '../emit/shapes.js';
import { areaOf, averageAdjoint, poolWindow, sharesOf, sumPoolAdjoint } from '../emit/sumPool.js';
import { isPaddedAtRun } from '../emit/window.js';
import { MissingRuleError } from '../errors.js';
import { SameAveragePool, SameMaxPool } from '../parts/samePadding.js';
import type { Rule } from '../types.js';
import { compositeWhere } from './composite.js';
import { linear } from './elementwise.js';
import { intoConvolution } from './pooledConvolution.js';

/** The first maximum of each window (in row-major order) gets the gradient, as in PyTorch. */
const maxPool: Rule = {
  vjp: (call) => {
    const { e, node, g, cotangents } = call;
    if (cotangents[1]) throw new MissingRuleError(node, 'its Indices output has no gradient.');
    const rectified = isRectified(call, node.inputs[0]!);
    const closed = rectified ? keepWherePositive(e, node.outputs[0]!, g) : g;
    const window = poolWindow(e, node);
    return rectified && intoConvolution(call, window, closed) ? [] : [maxPoolGradient(e, node, window, closed)];
  },
  jvp: ({ e, node, tangents: [t] }) => [maxPoolTangent(e, node, poolWindow(e, node), t!), null],
};

/** Each element of a window gets the same share; the share is that of the window's elements that count. */
const averagePool: Rule = linear((e, node, g) => {
  const x = node.inputs[0]!;
  const window = poolWindow(e, node);
  const adjoint = averageAdjoint(e, node, window);
  if (adjoint) return adjoint.average(adjoint.scale ? e.op('Mul', [g, adjoint.scale]) : g);
  return sumPoolAdjoint(e, node, e.op('Mul', [g, sharesOf(e, node, window) ?? e.scalar(1 / areaOf(window), x)]), window);
});

export const MaxPool: Rule = compositeWhere(isPaddedAtRun, SameMaxPool, maxPool);

export const AveragePool: Rule = compositeWhere(isPaddedAtRun, SameAveragePool, averagePool);

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
