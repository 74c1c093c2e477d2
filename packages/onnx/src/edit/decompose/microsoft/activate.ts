import { float } from '../../../build/builder.js';
import type { RewriteContext } from '../../rewrite/context.js';

/** What to do where a fused operator has no plain form. */
const PLAIN = 'Save the model without optimisation (graphOptimizationLevel "disabled" or "basic") and use that file.';

/** x Φ(x), the Gaussian error linear unit. */
export function gelu(c: RewriteContext, x: string): string {
  const erf = c.op('Erf', [c.op('Mul', [x, c.scalar(Math.SQRT1_2, x)])]);
  return c.op('Mul', [c.op('Mul', [x, c.scalar(0.5, x)]), c.op('Add', [erf, c.scalar(1, x)])]);
}

/** ½ x (1 + tanh(0.797884583 x + 0.0356774081 x³)): the constants of ONNX Runtime's FastGelu kernels. */
export function fastGelu(c: RewriteContext, x: string): string {
  const inner = c.op('Add', [c.op('Mul', [c.op('Mul', [x, x]), c.scalar(0.0356774081, x)]), c.scalar(0.797884583, x)]);
  const tanh = c.op('Tanh', [c.op('Mul', [x, inner])]);
  return c.op('Mul', [c.op('Mul', [x, c.scalar(0.5, x)]), c.op('Add', [tanh, c.scalar(1, x)])]);
}

/** The sum of the given values, absent ones ('') left out. */
export function sum(c: RewriteContext, ...names: readonly string[]): string {
  return names.filter((name) => name !== '').reduce((a, b) => c.op('Add', [a, b]));
}

/** What FusedConv, FusedGemm and FusedMatMulActivation apply to their result; the parameters are in ONNX Runtime's order. */
export function activate(c: RewriteContext, x: string, name: string, parameters: readonly number[]): string {
  const [alpha, beta] = parameters;
  switch (name) {
    case '':
      return x;
    case 'Relu':
    case 'Tanh':
    case 'Sigmoid':
    case 'HardSwish':
    case 'Softplus':
    case 'Softsign':
      return c.op(name, [x]);
    case 'LeakyRelu':
      return c.op('LeakyRelu', [x], { alpha: float(alpha ?? 0.01) });
    case 'Elu':
      return c.op('Elu', [x], { alpha: float(alpha ?? 1) });
    case 'HardSigmoid':
      return c.op('HardSigmoid', [x], {
        alpha: float(alpha ?? 0.2),
        beta: float(beta ?? 0.5),
      });
    case 'Clip':
      return c.op('Clip', [x, alpha === undefined ? '' : c.scalar(alpha, x), beta === undefined ? '' : c.scalar(beta, x)]);
    case 'ThresholdedRelu':
      return c.op('ThresholdedRelu', [x], { alpha: float(alpha ?? 1) });
    case 'QuickGelu':
      return c.op('Mul', [x, c.op('Sigmoid', [c.op('Mul', [x, c.scalar(alpha ?? 1.702, x)])])]);
    case 'Gelu':
      return gelu(c, x);
    default:
      return c.refuse(`it applies an activation "${name}" that is not known.`, PLAIN);
  }
}
