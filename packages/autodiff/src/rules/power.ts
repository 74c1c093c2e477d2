import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { typeNumber } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { backward, forward } from './broadcasting.js';

/**
 * d(aᵇ) = b aᵇ⁻¹ da + y ln(a) db. As in PyTorch the first term is zero where b is zero, the second where a is zero and b is not
 * negative, and NaN where a is negative.
 */
export const Pow: Rule = {
  vjp: (call) => {
    const { e, g } = call;
    return backward(call, [() => e.op('Mul', [g, byBase(e, call.node)]), () => e.op('Mul', [g, byExponent(e, call.node)])]);
  },
  jvp: (call) => {
    const { e, node } = call;
    return forward(call, [(t) => e.op('Mul', [t, byBase(e, node)]), (t) => e.op('Mul', [t, byExponent(e, node)])]);
  },
};

function byBase(e: Emitter, node: Node): string {
  const [a, b] = node.inputs as [string, string];
  const exponent = e.values(b);
  if (exponent?.length === 1) {
    const p = exponent[0]!;
    if (p === 0 || p === 1) return e.scalar(p, a);
    if (p === 2) return e.op('Mul', [a, e.scalar(2, a)]);
    if (p === 3) return e.op('Mul', [e.op('Mul', [a, a]), e.scalar(3, a)]);
    return e.op('Mul', [e.op('Pow', [a, e.scalar(p - 1, a)]), e.scalar(p, a)]);
  }
  const exponents = exponentsOf(e, node);
  const slope = e.op('Mul', [exponents, e.op('Pow', [a, e.op('Sub', [exponents, e.scalar(1, a)])])]);
  return e.op('Where', [e.op('Equal', [exponents, e.scalar(0, a)]), e.scalar(0, a), slope]);
}

function byExponent(e: Emitter, node: Node): string {
  const [a] = node.inputs as [string];
  const [zero, exponents] = [e.scalar(0, a), exponentsOf(e, node)];
  const isZero = e.op('Equal', [a, zero]);
  const flat = e.op('And', [isZero, e.op('GreaterOrEqual', [exponents, zero])]);
  const safe = e.op('Where', [flat, e.scalar(1, a), a]);
  return e.op('Where', [flat, zero, e.op('Mul', [node.outputs[0]!, e.op('Log', [safe])])]);
}

/** The exponents in the element type of the base. */
function exponentsOf(e: Emitter, node: Node): string {
  const [a, b] = node.inputs as [string, string];
  return e.dtype(b) === e.dtype(a) ? b : e.op('Cast', [b], { to: typeNumber(e.dtype(a)) });
}
