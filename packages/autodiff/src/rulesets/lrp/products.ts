import type { Emitter } from '../../emit/emitter.js';
import { reduceTo } from '../../emit/shapes.js';
import type { VjpCall } from '../../types.js';
import { boundsOf } from '../rectifier.js';
import type { BackwardRule } from '../ruleSet.js';
import { damped, nonzero } from './guard.js';
import { identityOperators } from './identity.js';

/**
 * A product of two tensors that both depend on the input: each gets half of the relevance.
 *
 * Source: R. Achtibat et al., AttnLRP (2024), propositions 3.2 (element by element) and 3.3 (matrices).
 */
export function uniform(epsilon: number): BackwardRule {
  return (call, exact) => {
    const count = call.node.inputs.filter((_, i) => call.needs(i)).length;
    const g = count === 1 ? call.g : call.e.op('Mul', [call.g, call.e.scalar(1 / count, call.node.outputs[0]!)]);
    return exact({ ...call, g: damped(call.e, g, call.node.outputs[0]!, epsilon) });
  };
}

/**
 * Element by element. These are no products of equals, and all relevance goes to one side:
 * - f(x) · x, an activation written in parts (GELU, SiLU): to x;
 * - a product with a reciprocal, a division written so: to the numerator;
 * - a product with a gate between two bounds (Sigmoid, HardSigmoid, Clip: squeeze and excitation): to the signal, since a gate
 *   decides how much passes and not what. Source: L. Arras et al., Explaining Recurrent Neural Network Predictions in
 *   Sentiment Analysis (2017), section 3.1.
 */
export const product: BackwardRule = (call, exact) => {
  const [a, b] = call.node.inputs as [string, string];
  const only = (kept: number): readonly (string | null)[] => exact({ ...call, needs: (i) => i === kept && call.needs(i) });
  if (call.needs(0) && call.needs(1)) {
    if (isReciprocal(call.e, b) || isGateOf(call, b, a)) return only(0);
    if (isReciprocal(call.e, a) || isGateOf(call, a, b)) return only(1);
    const [left, right] = [isBounded(call, a), isBounded(call, b)];
    if (left !== right) return only(left ? 1 : 0);
  }
  return uniform(0)(call, exact);
};

/**
 * The numerator gets everything: a denominator normalizes (a standard deviation, a norm).
 *
 * Source: AttnLRP, proposition 3.4 (the identity rule of normalizations).
 */
export const division: BackwardRule = (call, exact) => {
  const { e, node, g } = call;
  if (call.needs(0)) return exact({ ...call, needs: (i) => i === 0 });
  const [, b] = node.inputs as [string, string];
  const y = node.outputs[0]!;
  return [null, reduceTo(e, e.op('Div', [e.op('Mul', [g, y]), nonzero(e, b)]), y, b)];
};

function isReciprocal(e: Emitter, name: string): boolean {
  const node = e.producer(name);
  if (node?.domain !== '') return false;
  if (node.op === 'Reciprocal') return true;
  return node.op === 'Pow' && (e.values(node.inputs[1])?.[0] ?? 0) < 0;
}

/** Whether a tensor lies between two bounds, but for a constant factor, and is not a signal itself. */
function isBounded(call: VjpCall, name: string): boolean {
  const source = withoutFactors(call, name);
  const node = call.e.producer(source);
  if (node?.domain !== '') return false;
  if (node.op === 'Sigmoid' || node.op === 'HardSigmoid') return true;
  if (node.op === 'Clip') return Object.values(boundsOf(call.e, node)).every((bound) => Number.isFinite(bound));
  return MOVES.has(node.op) && isBounded(call, node.inputs[0]!);
}

const MOVES: ReadonlySet<string> = new Set(['Expand', 'Identity', 'Reshape', 'Squeeze', 'Transpose', 'Unsqueeze']);

/** Whether `gate` is computed from `signal` (but for a constant factor) alone, element by element. */
function isGateOf(call: VjpCall, gate: string, signal: string): boolean {
  const source = withoutFactors(call, signal);
  const follows = (name: string): boolean => {
    if (name === source) return true;
    const node = call.e.producer(name);
    if (node?.domain !== '' || !ELEMENTWISE.has(node.op)) return false;
    const inputs = node.inputs.filter((input) => call.flows(input));
    return inputs.length > 0 && inputs.every(follows);
  };
  return withoutFactors(call, gate) !== source && follows(gate);
}

const ELEMENTWISE: ReadonlySet<string> = new Set([
  ...identityOperators,
  'Abs',
  'Add',
  'Cast',
  'Div',
  'Mul',
  'Neg',
  'Relu',
  'Sub',
]);

function withoutFactors(call: VjpCall, name: string): string {
  const node = call.e.producer(name);
  if (node?.domain !== '' || !['Mul', 'Div', 'Neg'].includes(node.op)) return name;
  const inputs = node.inputs.filter((input) => call.flows(input));
  return inputs.length === 1 && inputs[0] === node.inputs[0] ? withoutFactors(call, inputs[0]) : name;
}
