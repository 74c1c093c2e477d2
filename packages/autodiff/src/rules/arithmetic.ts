import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { geluCotangent, writtenGelu } from '../emit/gelu.js';
import type { Rule } from '../types.js';
import { backward, forward, same } from './broadcasting.js';

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
    const gelu = e.dtype(a) === 'float32' ? writtenGelu(call, node) : null;
    if (gelu && call.flows(gelu.x)) {
      call.contribute(gelu.x, geluCotangent(e, node, gelu, g));
      return [null, null];
    }
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

/**
 * y = a − q b with the whole number q = ⌊a/b⌋ or, with `fmod`, a/b rounded towards zero: da − q db. The rounding takes back what
 * (a − y)/b lost.
 */
export const Mod: Rule = {
  vjp: (call) => {
    const { e, g, node } = call;
    return backward(call, [() => g, () => e.op('Neg', [e.op('Mul', [g, quotient(e, node)])])]);
  },
  jvp: (call) => {
    const { e, node } = call;
    return forward(call, [same, (t) => e.op('Neg', [e.op('Mul', [t, quotient(e, node)])])]);
  },
};

function quotient(e: Emitter, node: Node): string {
  const [a, b] = node.inputs as [string, string];
  return e.op('Round', [e.op('Div', [e.op('Sub', [a, node.outputs[0]!]), b])]);
}
