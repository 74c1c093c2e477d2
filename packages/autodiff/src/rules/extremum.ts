import type { Node } from '@incognita/onnx';
import { comparable, isHalf } from '../emit/comparable.js';
import type { Emitter } from '../emit/emitter.js';
import type { Rule } from '../types.js';
import { backward, forward } from './broadcasting.js';

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
  const inputs = node.inputs.map((input) => comparable(e, input));
  const chosen = isHalf(e, y) ? e.op(node.op, inputs) : y;
  const hits = inputs.map((input) => e.op('Where', [e.op('Equal', [input, chosen]), one, e.scalar(0, y)]));
  const count = hits.reduce((a, b) => e.op('Add', [a, b]));
  return hits.map((hit) => e.op('Div', [hit, count]));
}

export const Max: Rule = extremum;

export const Min: Rule = extremum;
