import type { Node } from '@incognita/onnx';
import { restoreAxes, sumAlike } from '../emit/axes.js';
import { comparable } from '../emit/comparable.js';
import type { Emitter } from '../emit/emitter.js';
import { expandLike, ratioOfSizes } from '../emit/shapes.js';
import type { Rule } from '../types.js';

/** What a rule of this family says: ∂y/∂x of every element, from x and the result y (its axes restored). */
type Coefficient = (e: Emitter, node: Node, x: string, y: () => string) => string | null;

/** y = reduction of x: backwards g is spread and multiplied, forwards the products are summed. */
function reduction(coefficient: Coefficient): Rule {
  const factor = (e: Emitter, node: Node): string | null =>
    coefficient(e, node, node.inputs[0]!, () => restoreAxes(e, node, node.outputs[0]!));
  return {
    vjp: ({ e, node, g }) => {
      const wide = restoreAxes(e, node, g);
      const c = factor(e, node);
      return [c === null ? expandLike(e, wide, node.inputs[0]!) : e.op('Mul', [wide, c])];
    },
    jvp: ({ e, node, tangents: [t] }) => {
      const c = factor(e, node);
      return [sumAlike(e, node, c === null ? t! : e.op('Mul', [t!, c]))];
    },
  };
}

export const ReduceSum: Rule = reduction(() => null);

export const ReduceMean: Rule = {
  vjp: ({ e, node, g }) => {
    const [x] = node.inputs as [string];
    const share = e.op('Div', [g, ratioOfSizes(e, x, node.outputs[0]!)]);
    return [expandLike(e, restoreAxes(e, node, share), x)];
  },
  jvp: ({ e, node, tangents: [t] }) => [e.op('ReduceMean', node.inputs.with(0, t!), node.attributes)],
};

export const ReduceSumSquare: Rule = reduction((e, _node, x) => e.op('Mul', [x, e.scalar(2, x)]));

/** Zero where the norm is zero. */
export const ReduceL2: Rule = reduction((e, _node, x, y) => {
  const norm = y();
  const isZero = e.op('Equal', [norm, e.scalar(0, x)]);
  return e.op('Div', [x, e.op('Where', [isZero, e.scalar(1, x), norm])]);
});

export const ReduceL1: Rule = reduction((e, _node, x) => {
  const zero = e.scalar(0, x);
  const negative = e.op('Where', [e.op('Less', [x, zero]), e.scalar(-1, x), zero]);
  return e.op('Where', [e.op('Greater', [x, zero]), e.scalar(1, x), negative]);
});

export const ReduceLogSumExp: Rule = reduction((e, _node, x, y) => e.op('Exp', [e.op('Sub', [x, y()])]));

export const ReduceLogSum: Rule = reduction((e, node, x, y) => {
  const inverse = e.op('Exp', [e.op('Neg', [y()])]);
  return expandLike(e, inverse, node.inputs[0] ?? x);
});

/** The product of the others: exact where one or more factors are zero. */
export const ReduceProd: Rule = reduction((e, node, x) => {
  const zero = e.scalar(0, x);
  const isZero = e.op('Equal', [x, zero]);
  const safe = e.op('Where', [isZero, e.scalar(1, x), x]);
  const count = sumAlike(e, node, e.op('Where', [isZero, e.scalar(1, x), zero]), 1);
  const others = e.op('ReduceProd', node.inputs.with(0, safe), { ...node.attributes, keepdims: 1 });
  const atZero = e.op('Where', [e.op('Equal', [count, e.scalar(1, x)]), others, zero]);
  const elsewhere = e.op('Where', [e.op('Equal', [count, zero]), e.op('Div', [others, safe]), zero]);
  return e.op('Where', [isZero, atZero, elsewhere]);
});

/** Shared evenly between elements that tie, as PyTorch's amax and amin. */
const extremum = reduction((e, node, x, y) => {
  const given = comparable(e, x);
  const chosen = given === x ? y() : e.op(node.op, node.inputs.with(0, given), { ...node.attributes, keepdims: 1 });
  const hit = e.op('Where', [e.op('Equal', [given, chosen]), e.scalar(1, x), e.scalar(0, x)]);
  return e.op('Div', [hit, sumAlike(e, node, hit, 1)]);
});

export const ReduceMax: Rule = extremum;

export const ReduceMin: Rule = extremum;
