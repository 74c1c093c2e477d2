import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { expandLike, reduceTo } from '../emit/shapes.js';
import type { JvpCall, Rule, VjpCall } from '../types.js';
import { sumOf } from './elementwise.js';

/** Reduces one cotangent per input back over the axes that were broadcast. */
function backward(call: VjpCall, gradients: readonly ((() => string) | undefined)[]): (string | null)[] {
  const { e, node } = call;
  return node.inputs.map((input, i) => {
    const gradient = gradients[i];
    return gradient && call.needs(i) ? reduceTo(e, gradient(), node.outputs[0]!, input) : null;
  });
}

/** The sum of terms, with the shape of the output where all terms come from inputs that were broadcast. */
function forward({ e, node, tangents }: JvpCall, terms: readonly ((t: string) => string)[]): (string | null)[] {
  const present = tangents.map((t, i) => (t === null ? null : terms[i]!(t)));
  const total = sumOf(e, present);
  if (total === null) return [null];
  const out = node.outputs[0]!;
  const widest = node.inputs.some((input, i) => tangents[i] !== null && sameShape(e, input, out));
  return [widest ? total : expandLike(e, total, out)];
}

function sameShape(e: Emitter, a: string, b: string): boolean {
  const [left, right] = [e.shape(a), e.shape(b)];
  return left !== null && right !== null && left.length === right.length && left.every((d, i) => d !== null && d === right[i]);
}

const same = (t: string): string => t;

export const Add: Rule = {
  vjp: (call) => backward(call, [() => call.g, () => call.g]),
  jvp: (call) => forward(call, [same, same]),
};

export const Sub: Rule = {
  vjp: (call) => backward(call, [() => call.g, () => call.e.op('Neg', [call.g])]),
  jvp: (call) => forward(call, [same, (t) => call.e.op('Neg', [t])]),
};

export const Mul: Rule = {
  vjp: (call) => {
    const { e, g, node } = call;
    const [a, b] = node.inputs as [string, string];
    return backward(call, [() => e.op('Mul', [g, b]), () => e.op('Mul', [g, a])]);
  },
  jvp: (call) => {
    const { e, node } = call;
    const [a, b] = node.inputs as [string, string];
    return forward(call, [(t) => e.op('Mul', [t, b]), (t) => e.op('Mul', [a, t])]);
  },
};

/** d(a/b) = da/b − y db/b */
export const Div: Rule = {
  vjp: (call) => {
    const { e, g, node } = call;
    const [, b] = node.inputs as [string, string];
    const overB = (): string => e.op('Div', [g, b]);
    return backward(call, [overB, () => e.op('Neg', [e.op('Mul', [overB(), node.outputs[0]!])])]);
  },
  jvp: (call) => {
    const { e, node } = call;
    const [, b] = node.inputs as [string, string];
    return forward(call, [
      (t) => e.op('Div', [t, b]),
      (t) => e.op('Neg', [e.op('Div', [e.op('Mul', [node.outputs[0]!, t]), b])]),
    ]);
  },
};

/** d(aᵇ) = b aᵇ⁻¹ da + y ln(a) db; the second term is zero where a is zero, as in PyTorch. */
export const Pow: Rule = {
  vjp: (call) => {
    const { e, g } = call;
    return backward(call, [() => e.op('Mul', [g, powByBase(e, call.node)]), () => e.op('Mul', [g, powByExponent(e, call.node)])]);
  },
  jvp: (call) => {
    const { e } = call;
    return forward(call, [
      (t) => e.op('Mul', [t, powByBase(e, call.node)]),
      (t) => e.op('Mul', [t, powByExponent(e, call.node)]),
    ]);
  },
};

function powByBase(e: Emitter, node: Node): string {
  const [a, b] = node.inputs as [string, string];
  const exponent = e.values(b);
  if (exponent?.length === 1) {
    const p = exponent[0]!;
    if (p === 1) return e.scalar(1, a);
    if (p === 2) return e.op('Mul', [a, e.scalar(2, a)]);
    if (p === 3) return e.op('Mul', [e.op('Mul', [a, a]), e.scalar(3, a)]);
    return e.op('Mul', [e.op('Pow', [a, e.scalar(p - 1, a)]), e.scalar(p, a)]);
  }
  const exponents = e.dtype(b) === e.dtype(a) ? b : e.op('CastLike', [b, a]);
  return e.op('Mul', [exponents, e.op('Pow', [a, e.op('Sub', [exponents, e.scalar(1, a)])])]);
}

function powByExponent(e: Emitter, node: Node): string {
  const a = node.inputs[0]!;
  const isZero = e.op('Equal', [a, e.scalar(0, a)]);
  const safe = e.op('Where', [isZero, e.scalar(1, a), a]);
  return e.op('Mul', [node.outputs[0]!, e.op('Log', [safe])]);
}

/** The gradient is shared evenly between inputs that tie, as PyTorch's maximum and minimum do. */
const extremum: Rule = {
  vjp: (call) => {
    const { e, g, node } = call;
    if (node.inputs.length === 1) return [g];
    return backward(
      call,
      shares(e, node).map((share) => () => e.op('Mul', [g, share])),
    );
  },
  jvp: (call) => {
    const { e, node } = call;
    if (node.inputs.length === 1) return [call.tangents[0]!];
    const parts = shares(e, node);
    return forward(
      call,
      parts.map((share) => (t: string) => e.op('Mul', [t, share])),
    );
  },
};

function shares(e: Emitter, node: Node): string[] {
  const y = node.outputs[0]!;
  const one = e.scalar(1, y);
  const hits = node.inputs.map((input) => e.op('Where', [e.op('Equal', [input, y]), one, e.scalar(0, y)]));
  const count = hits.reduce((a, b) => e.op('Add', [a, b]));
  return hits.map((hit) => e.op('Div', [hit, count]));
}

export const Max: Rule = extremum;

export const Min: Rule = extremum;

export const Sum: Rule = {
  vjp: (call) =>
    backward(
      call,
      call.node.inputs.map(() => () => call.g),
    ),
  jvp: (call) =>
    forward(
      call,
      call.node.inputs.map(() => same),
    ),
};

/** The mean of several tensors. */
export const Mean: Rule = {
  vjp: (call) => {
    const { e, g, node } = call;
    const share = (): string => e.op('Mul', [g, e.scalar(1 / node.inputs.length, node.outputs[0]!)]);
    return backward(
      call,
      node.inputs.map(() => share),
    );
  },
  jvp: (call) => {
    const { e, node } = call;
    const factor = e.scalar(1 / node.inputs.length, node.outputs[0]!);
    return forward(
      call,
      node.inputs.map(() => (t: string) => e.op('Mul', [t, factor])),
    );
  },
};

/** The condition is data; each branch gets what it gave. */
export const Where: Rule = {
  vjp: (call) => {
    const { e, g, node } = call;
    const [condition] = node.inputs as [string];
    const zero = e.scalar(0, node.outputs[0]!);
    return backward(call, [undefined, () => e.op('Where', [condition, g, zero]), () => e.op('Where', [condition, zero, g])]);
  },
  jvp: ({ e, node, tangents: [, a, b] }) => {
    const [condition] = node.inputs as [string];
    const zero = e.scalar(0, node.outputs[0]!);
    const chosen = e.op('Where', [condition, a ?? zero, b ?? zero]);
    return [a && b ? chosen : expandLike(e, chosen, node.outputs[0]!)];
  },
};
