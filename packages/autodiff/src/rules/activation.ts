import type { Node } from '@incognita/onnx';
import { floatOf, intOf, stringOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { keepWhere, keepWherePositive } from '../emit/gate.js';
import { geluCotangent } from '../emit/gelu.js';
import { isClosedLater } from '../emit/rectified.js';
import { reduce } from '../emit/reduce.js';
import { reduceTo, typeNumber } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { elementwise } from './elementwise.js';

/** Masked by the output, so that the engine's fusion of convolution and ReLU stays. */
export const Relu: Rule = {
  vjp: (call) => {
    const y = call.node.outputs[0]!;
    return [isClosedLater(call, y) ? call.g : keepWherePositive(call.e, y, call.g)];
  },
  jvp: ({ e, node, tangents: [t] }) => [keepWherePositive(e, node.outputs[0]!, t!)],
};

export const LeakyRelu: Rule = elementwise((e, node) => {
  const x = node.inputs[0]!;
  return slopes(e, x, e.scalar(floatOf(node, 'alpha', 0.01), x));
});

/** y = x where x > 0, else slope · x; the slope is broadcast from the right. */
export const PRelu: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const [x, slope] = node.inputs as [string, string];
    const positive = e.op('Greater', [x, e.scalar(0, x)]);
    return [
      needs(0) ? e.op('Where', [positive, g, e.op('Mul', [g, slope])]) : null,
      needs(1) ? reduceTo(e, e.op('Where', [positive, e.scalar(0, x), e.op('Mul', [g, x])]), node.outputs[0]!, slope) : null,
    ];
  },
  jvp: ({ e, node, tangents: [tx, ts] }) => {
    const [x, slope] = node.inputs as [string, string];
    const positive = e.op('Greater', [x, e.scalar(0, x)]);
    const direct = tx ? e.op('Where', [positive, tx, e.op('Mul', [tx, slope])]) : null;
    const through = ts ? e.op('Where', [positive, e.scalar(0, x), e.op('Mul', [ts, x])]) : null;
    return [direct && through ? e.op('Add', [direct, through]) : (direct ?? through)];
  },
};

/** y' = y (1 − y) */
export const Sigmoid: Rule = elementwise((e, { outputs: [y] }) => e.op('Mul', [y!, e.op('Sub', [e.scalar(1, y!), y!])]));

/** y' = 1 − y² */
export const Tanh: Rule = elementwise((e, { outputs: [y] }) => e.op('Sub', [e.scalar(1, y!), e.op('Mul', [y!, y!])]));

/** y' = α where 0 < y < 1. */
export const HardSigmoid: Rule = elementwise((e, node) => {
  const y = node.outputs[0]!;
  return keepWhere(e, between(e, y, 0, 1), e.scalar(floatOf(node, 'alpha', 0.2), y), y);
});

/** y = x · clip(x/6 + ½, 0, 1): y' = 0 below −3, 1 above 3, x/3 + ½ between. */
export const HardSwish: Rule = elementwise((e, { inputs: [x] }) => {
  const line = e.op('Add', [e.op('Mul', [x!, e.scalar(1 / 3, x!)]), e.scalar(0.5, x!)]);
  const outer = e.op('Cast', [e.op('Greater', [x!, e.scalar(0, x!)])], { to: typeNumber(e.dtype(x!)) });
  return e.op('Where', [between(e, x!, -3, 3), line, outer]);
});

/** y' = 1 where x > 0, else y + α. */
export const Elu: Rule = elementwise((e, node) => {
  const y = node.outputs[0]!;
  return slopes(e, node.inputs[0]!, e.op('Add', [y, e.scalar(floatOf(node, 'alpha', 1), y)]));
});

/** y = γ (x where x > 0, else α (eˣ − 1)): y' = γ where x > 0, else y + γ α. */
export const Selu: Rule = elementwise((e, node) => {
  const [x, y] = [node.inputs[0]!, node.outputs[0]!];
  const gamma = floatOf(node, 'gamma', 1.0507009873554805);
  const negative = e.op('Add', [y, e.scalar(gamma * floatOf(node, 'alpha', 1.6732632423543772), y)]);
  return e.op('Where', [e.op('Greater', [x, e.scalar(0, x)]), e.scalar(gamma, x), negative]);
});

/** y' = 1 where x > 0, else exp(x / α). */
export const Celu: Rule = elementwise((e, node) => {
  const x = node.inputs[0]!;
  const scaled = e.op('Mul', [e.op('Min', [x, e.scalar(0, x)]), e.scalar(1 / floatOf(node, 'alpha', 1), x)]);
  return e.op('Exp', [scaled]);
});

/** y = ln(1 + eˣ): y' = σ(x). */
export const Softplus: Rule = elementwise((e, { inputs: [x] }) => e.op('Sigmoid', [x!]));

/** y = x / (1 + |x|): y' = (1 − |y|)². */
export const Softsign: Rule = elementwise((e, { outputs: [y] }) => {
  const rest = e.op('Sub', [e.scalar(1, y!), e.op('Abs', [y!])]);
  return e.op('Mul', [rest, rest]);
});

/** y = x tanh(softplus(x)): y' = t + x (1 − t²) σ(x). */
export const Mish: Rule = elementwise((e, { inputs: [x] }) => {
  const t = e.op('Tanh', [e.op('Softplus', [x!])]);
  const inner = e.op('Mul', [e.op('Sub', [e.scalar(1, x!), e.op('Mul', [t, t])]), e.op('Sigmoid', [x!])]);
  return e.op('Add', [t, e.op('Mul', [x!, inner])]);
});

/** Exact: y' = Φ(x) + x φ(x). With `approximate = tanh`: the derivative of that approximation. */
export const Gelu: Rule = {
  vjp: (call) => {
    const { e, node, g } = call;
    const x = node.inputs[0]!;
    if (stringOf(node, 'approximate', 'none') === 'none' && e.dtype(x) === 'float32') return [geluCotangent(e, node, { x }, g)];
    return geluAnyhow.vjp(call);
  },
  jvp: (call) => geluAnyhow.jvp(call),
};

const geluAnyhow: Rule = elementwise((e, node) => {
  const x = node.inputs[0]!;
  const c = (value: number): string => e.scalar(value, x);
  const square = e.op('Mul', [x, x]);
  if (stringOf(node, 'approximate', 'none') === 'tanh') {
    const inner = e.op('Mul', [x, e.op('Add', [c(ROOT_2_PI), e.op('Mul', [square, c(ROOT_2_PI * 0.044715)])])]);
    const slope = e.op('Add', [c(ROOT_2_PI), e.op('Mul', [square, c(3 * ROOT_2_PI * 0.044715)])]);
    const t = e.op('Tanh', [inner]);
    const left = e.op('Mul', [c(0.5), e.op('Add', [c(1), t])]);
    const bell = e.op('Mul', [e.op('Sub', [c(1), e.op('Mul', [t, t])]), slope]);
    return e.op('Add', [left, e.op('Mul', [e.op('Mul', [x, c(0.5)]), bell])]);
  }
  const cumulative = e.op('Mul', [c(0.5), e.op('Add', [c(1), e.op('Erf', [e.op('Mul', [x, c(Math.SQRT1_2)])])])]);
  const density = e.op('Mul', [e.op('Exp', [e.op('Mul', [square, c(-0.5)])]), c(1 / Math.sqrt(2 * Math.PI))]);
  return e.op('Add', [cumulative, e.op('Mul', [x, density])]);
});

/** dx = y (g − Σ g y) along the axis. */
export const Softmax: Rule = softmaxRule((e, node, t, sum) =>
  e.op('Mul', [node.outputs[0]!, e.op('Sub', [t, sum(e.op('Mul', [t, node.outputs[0]!]))])]),
);

/** dx = g − exp(y) Σ g. */
export const LogSoftmax: Rule = {
  vjp: ({ e, node, g }) => {
    const total = sumAlong(e, node, g);
    return [e.op('Sub', [g, e.op('Mul', [e.op('Exp', [node.outputs[0]!]), total])])];
  },
  jvp: ({ e, node, tangents: [t] }) => {
    const weighted = e.op('Mul', [e.op('Exp', [node.outputs[0]!]), t!]);
    return [e.op('Sub', [t!, sumAlong(e, node, weighted)])];
  },
};

const ROOT_2_PI = Math.sqrt(2 / Math.PI);

function softmaxRule(apply: (e: Emitter, node: Node, t: string, sum: (v: string) => string) => string): Rule {
  const run = (e: Emitter, node: Node, t: string): string => apply(e, node, t, (v) => sumAlong(e, node, v));
  return { vjp: ({ e, node, g }) => [run(e, node, g)], jvp: ({ e, node, tangents: [t] }) => [run(e, node, t!)] };
}

/** Sums along the axis of a softmax. */
function sumAlong(e: Emitter, node: Node, value: string): string {
  return reduce(e, 'ReduceSum', value, [intOf(node, 'axis', -1)], true);
}

function between(e: Emitter, value: string, low: number, high: number): string {
  return e.op('And', [e.op('Greater', [value, e.scalar(low, value)]), e.op('Less', [value, e.scalar(high, value)])]);
}

function slopes(e: Emitter, x: string, negative: string): string {
  return e.op('Where', [e.op('Greater', [x, e.scalar(0, x)]), e.scalar(1, x), negative]);
}
