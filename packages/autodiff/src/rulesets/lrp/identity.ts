import type { BackwardRule } from '../ruleSet.js';
import { nonzero } from './guard.js';

/** Operators of one tensor, element by element, that are neither linear nor piecewise linear through zero. */
export const identityOperators =
  'Acos Acosh Asin Asinh Atan Atanh Celu Clip Cos Cosh Elu Erf Exp Gelu HardSigmoid HardSwish Log LpNormalization LRN Mish Pow Reciprocal Selu Shrink Sigmoid Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu'.split(
    ' ',
  );

/**
 * One input, one output: it gets all, R_x = R_y, so the cotangent is multiplied by y / x. LRN and LpNormalization divide by a
 * norm that is held fixed, which comes to the same.
 *
 * Source: R. Achtibat et al., AttnLRP (2024), equation 9; activations: chr5tphr/zennit `src/zennit/rules.py` (Pass).
 */
export const identity: BackwardRule = ({ e, node, g, needs }) => {
  const x = node.inputs[0]!;
  return needs(0) ? [e.op('Div', [e.op('Mul', [g, node.outputs[0]!]), nonzero(e, x)])] : [];
};
