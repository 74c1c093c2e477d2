import type { Node } from '@incognita/onnx';
import { floatOf, intOf } from '../emit/attributes.js';
import { centredProduct } from '../emit/centredProduct.js';
import { channelAxes } from '../emit/channels.js';
import type { Emitter } from '../emit/emitter.js';
import type { Flow } from '../emit/rectified.js';
import { reduce } from '../emit/reduce.js';
import { reduceTo, unsqueeze } from '../emit/shapes.js';
import { type Standardized, standardizedFor } from '../emit/standardized.js';
import { MissingRuleError } from '../errors.js';
import { LayerNormalization as layerNormalizationParts } from '../parts/normalization.js';
import type { JvpCall, Rule, VjpCall } from '../types.js';
import { composite } from './composite.js';
import { sumOf } from './elementwise.js';

/** What a normalization by the data's own statistics needs: x − μ, 1/σ, the mean over its axes, scale as it broadcasts. */
export interface Standard {
  readonly centred: string;
  readonly inverse: string;
  readonly scale: string;
  mean(value: string): string;
  /** γ g less its mean, where that costs less than both steps. */
  centredGradient?(g: string): string | null;
  /** x̂ and 1/σ as the operator computes them, where that costs nothing. */
  standardized?(flow: Flow): Standardized | null;
  /** Takes a cotangent of the output's shape back to that of scale and bias. */
  toParameter(value: string): string;
  /** Makes a tangent of scale or bias broadcast as they do. */
  fromParameter(value: string): string;
}

/** A rule that tells its parts, for rule sets that hold σ fixed. */
export interface NormalizationRule extends Rule {
  readonly standard: (e: Emitter, node: Node) => Standard;
}

/**
 * x̂ = c/σ with c = x − μ: both directions are J v = (v − mean v − c mean(c v)/σ²) / σ, since J is symmetric. What is divided by
 * σ² is the mean, which is small, and not c.
 */
function normalization(standard: (e: Emitter, node: Node) => Standard, parts?: Rule): NormalizationRule {
  const through = (e: Emitter, s: Standard, value: string): string => along(e, s, e.op('Sub', [value, s.mean(value)]));
  // mean(c v) = mean(c (v − mean v)), since c has no mean.
  const along = (e: Emitter, s: Standard, value: string): string => {
    const pull = e.op('Mul', [s.mean(e.op('Mul', [s.centred, value])), e.op('Mul', [s.inverse, s.inverse])]);
    return e.op('Mul', [e.op('Sub', [value, e.op('Mul', [s.centred, pull])]), s.inverse]);
  };
  const xhat = (e: Emitter, s: Standard): string => e.op('Mul', [s.centred, s.inverse]);
  return {
    standard,
    vjp: (call: VjpCall) => {
      const { e, node, g, needs, cotangents } = call;
      if (parts && cotangents.slice(1).some((c) => c !== null)) return parts.vjp(call);
      const s = standard(e, node);
      const centred = needs(0) ? (s.centredGradient?.(g) ?? null) : null;
      const standardized = centred && !needs(1) ? (s.standardized?.(call) ?? null) : null;
      const direct = (): string => {
        if (!centred) return through(e, s, e.op('Mul', [g, s.scale]));
        if (!standardized) return along(e, s, centred);
        const pull = e.op('Mul', [standardized.xhat, s.mean(e.op('Mul', [standardized.xhat, centred]))]);
        return e.op('Mul', [e.op('Sub', [centred, pull]), standardized.inverse]);
      };
      return [
        needs(0) ? direct() : null,
        needs(1) ? s.toParameter(e.op('Mul', [g, xhat(e, s)])) : null,
        node.inputs[2] && needs(2) ? s.toParameter(g) : null,
      ];
    },
    jvp: (call: JvpCall) => {
      const { e, node } = call;
      const [tx, ts, tb] = call.tangents;
      const s = standard(e, node);
      const total = sumOf(e, [
        tx ? e.op('Mul', [through(e, s, tx), s.scale]) : null,
        ts ? e.op('Mul', [xhat(e, s), s.fromParameter(ts)]) : null,
        tb ? s.fromParameter(tb) : null,
      ])!;
      const y = tx || ts ? total : e.op('Expand', [total, e.op('Shape', [node.outputs[0]!])]);
      return parts && node.outputs.length > 1 ? [y, ...parts.jvp(call).slice(1)] : [y];
    },
  };
}

function statistics(
  e: Emitter,
  x: string,
  axes: readonly number[],
  epsilon: number,
): Pick<Standard, 'centred' | 'inverse' | 'mean'> {
  const mean = (value: string): string => reduce(e, 'ReduceMean', value, axes, true);
  const centred = e.op('Sub', [x, mean(x)]);
  const variance = mean(e.op('Mul', [centred, centred]));
  const inverse = e.op('Reciprocal', [e.op('Sqrt', [e.op('Add', [variance, e.scalar(epsilon, x)])])]);
  return { centred, inverse, mean };
}

/** Normalizes each channel of each picture over space. */
export const InstanceNormalization: NormalizationRule = normalization((e, node) => {
  const [x, scale] = node.inputs as [string, string];
  const { beside, others } = channelAxes(e, node);
  return {
    ...statistics(e, x, others.slice(1), floatOf(node, 'epsilon', 1e-5)),
    scale: unsqueeze(e, scale, beside),
    toParameter: (value) => reduce(e, 'ReduceSum', value, others, false),
    fromParameter: (value) => unsqueeze(e, value, beside),
  };
});

/** The mean and 1/σ that the operator itself computes, from its second and third output. */
function computedStatistics(e: Emitter, node: Node, axes: readonly number[]): Pick<Standard, 'centred' | 'inverse' | 'mean'> {
  const [, mean, inverse] = e.outputsOf(node, 3) as [string, string, string];
  return {
    centred: e.op('Sub', [node.inputs[0]!, mean]),
    inverse,
    mean: (value) => reduce(e, 'ReduceMean', value, axes, true),
  };
}

/** Normalizes over the axes from `axis` on. */
export const LayerNormalization: NormalizationRule = normalization((e, node) => {
  const [x, scale] = node.inputs as [string, string];
  const rank = e.rank(x);
  if (rank === undefined) throw new MissingRuleError(node, `the rank of "${x}" is not known.`);
  const axis = intOf(node, 'axis', -1);
  const first = axis < 0 ? axis + rank : axis;
  const axes = Array.from({ length: rank - first }, (_, i) => first + i);
  return {
    ...(e.dtype(x) === 'float32' ? computedStatistics(e, node, axes) : statistics(e, x, axes, floatOf(node, 'epsilon', 1e-5))),
    scale,
    standardized: (flow) => standardizedFor(flow, node),
    centredGradient: (g) => (axes.length === 1 ? centredProduct(e, g, scale) : null),
    toParameter: (value) => reduceTo(e, value, node.outputs[0]!, scale),
    fromParameter: (value) => value,
  };
}, composite(layerNormalizationParts));

/**
 * y = x s^−β with s = k + α/n Σ x² over n neighbouring channels.
 * Source: A. Krizhevsky et al., ImageNet Classification with Deep Convolutional Neural Networks (2012), section 3.3.
 */
export const LRN: Rule = {
  vjp: ({ e, node, g }) => {
    const { power, base, size, alpha, beta } = lrn(e, node);
    const weighted = e.op('Div', [e.op('Mul', [g, node.outputs[0]!]), base]);
    const shared = channelMean(e, weighted, size, true);
    return [lrnSum(e, node, e.op('Mul', [g, power]), shared, alpha * beta)];
  },
  jvp: ({ e, node, tangents: [t] }) => {
    const { power, base, size, alpha, beta } = lrn(e, node);
    const [x] = node.inputs as [string];
    const shared = channelMean(e, e.op('Mul', [x, t!]), size, false);
    const pull = e.op('Mul', [e.op('Div', [e.op('Mul', [node.outputs[0]!, shared]), base]), e.scalar(2 * alpha * beta, x)]);
    return [e.op('Sub', [e.op('Mul', [t!, power]), pull])];
  },
};

function lrnSum(e: Emitter, node: Node, direct: string, shared: string, factor: number): string {
  const [x] = node.inputs as [string];
  return e.op('Sub', [direct, e.op('Mul', [e.op('Mul', [x, shared]), e.scalar(2 * factor, x)])]);
}

function lrn(e: Emitter, node: Node): { power: string; base: string; size: number; alpha: number; beta: number } {
  const [x] = node.inputs as [string];
  const size = intOf(node, 'size', 1);
  const alpha = floatOf(node, 'alpha', 1e-4);
  const beta = floatOf(node, 'beta', 0.75);
  const mean = channelMean(e, e.op('Mul', [x, x]), size, false);
  const base = e.op('Add', [e.op('Mul', [mean, e.scalar(alpha, x)]), e.scalar(floatOf(node, 'bias', 1), x)]);
  return { power: e.op('Pow', [base, e.scalar(-beta, x)]), base, size, alpha, beta };
}

/** Σ over the window of channels, divided by its size; `turned` for the adjoint of an even window. */
function channelMean(e: Emitter, value: string, size: number, turned: boolean): string {
  const less = Math.floor((size - 1) / 2);
  const more = size - 1 - less;
  const [begin, end] = turned ? [more, less] : [less, more];
  // [n, c, …] → [n, 1, c, space]: the window slides over the axis of channels.
  const rows = e.op('Reshape', [
    value,
    e.op('Concat', [lead(e, value, 0, 1), e.ints([1]), lead(e, value, 1, 2), e.ints([-1])], { axis: 0 }),
  ]);
  const mean = e.op('AveragePool', [rows], {
    kernel_shape: [size, 1],
    pads: [begin, 0, end, 0],
    strides: [1, 1],
    count_include_pad: 1,
  });
  return e.op('Reshape', [mean, e.op('Shape', [value])]);
}

function lead(e: Emitter, value: string, from: number, to: number): string {
  return e.op('Slice', [e.op('Shape', [value]), e.ints([from]), e.ints([to]), e.ints([0])]);
}
