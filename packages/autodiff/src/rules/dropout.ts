import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { typeNumber } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';

/** In inference nothing is dropped; in training the mask that the run drew, times 1 / (1 − ratio). */
export const Dropout: Rule = {
  vjp: ({ e, node, g, needs }) => {
    refuseRatio(node, needs(1));
    return [dropped(e, node, g)];
  },
  jvp: ({ e, node, tangents: [t, ratio] }) => {
    refuseRatio(node, Boolean(ratio));
    return [dropped(e, node, t!), null];
  },
};

function refuseRatio(node: Node, asked: boolean): void {
  if (asked) throw new MissingRuleError(node, 'what is dropped is data; there is no gradient by its ratio.');
}

function dropped(e: Emitter, node: Node, value: string): string {
  const [x, ratio, training] = node.inputs as [string, string | undefined, string | undefined];
  const always = training ? e.values(training) : [0];
  if (always?.[0] === 0) return value;
  const mask = e.outputsOf(node, 2)[1]!;
  const rate = ratio ? e.op('Cast', [ratio], { to: typeNumber(e.dtype(x)) }) : e.scalar(0.5, x);
  const factor = e.op('Reciprocal', [e.op('Sub', [e.scalar(1, x), rate])]);
  const scale = always ? factor : e.op('Where', [training!, factor, e.scalar(1, x)]);
  return e.op('Where', [mask, e.op('Mul', [value, scale]), e.scalar(0, x)]);
}
