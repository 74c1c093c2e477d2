import type { Emitter } from '../emit/emitter.js';
import type { Rule } from '../types.js';
import { elementwise, linear } from './elementwise.js';

export const Exp: Rule = elementwise((_e, { outputs: [y] }) => y!);

export const Log: Rule = elementwise((e, { inputs: [x] }) => e.op('Reciprocal', [x!]));

/** y' = 1 / (2 y) */
export const Sqrt: Rule = elementwise((e, { outputs: [y] }) => e.op('Div', [e.scalar(0.5, y!), y!]));

/** y' = −y² */
export const Reciprocal: Rule = elementwise((e, { outputs: [y] }) => e.op('Neg', [e.op('Mul', [y!, y!])]));

export const Neg: Rule = linear((e, _node, g) => e.op('Neg', [g]));

/** Zero at zero, as PyTorch; without Sign, which WebGPU lacks. */
export const Abs: Rule = elementwise((e, { inputs: [x] }) => {
  const zero = e.scalar(0, x!);
  const negative = e.op('Where', [e.op('Less', [x!, zero]), e.scalar(-1, x!), zero]);
  return e.op('Where', [e.op('Greater', [x!, zero]), e.scalar(1, x!), negative]);
});

/** y' = 2/√π exp(−x²) */
export const Erf: Rule = elementwise((e, { inputs: [x] }) => {
  const bell = e.op('Exp', [e.op('Neg', [e.op('Mul', [x!, x!])])]);
  return e.op('Mul', [bell, e.scalar(2 / Math.sqrt(Math.PI), x!)]);
});

export const Sin: Rule = elementwise((e, { inputs: [x] }) => e.op('Cos', [x!]));

export const Cos: Rule = elementwise((e, { inputs: [x] }) => e.op('Neg', [e.op('Sin', [x!])]));

/** y' = 1 + y² */
export const Tan: Rule = elementwise((e, { outputs: [y] }) => e.op('Add', [e.scalar(1, y!), e.op('Mul', [y!, y!])]));

export const Sinh: Rule = elementwise((e, { inputs: [x] }) => e.op('Cosh', [x!]));

export const Cosh: Rule = elementwise((e, { inputs: [x] }) => e.op('Sinh', [x!]));

/** y' = 1 / (1 + x²) */
export const Atan: Rule = elementwise((e, { inputs: [x] }) =>
  e.op('Reciprocal', [e.op('Add', [e.scalar(1, x!), e.op('Mul', [x!, x!])])]),
);

/** y' = 1 / √(1 − x²) */
export const Asin: Rule = elementwise((e, { inputs: [x] }) => inverseRoot(e, x!, (square, one) => e.op('Sub', [one, square])));

/** y' = −1 / √(1 − x²) */
export const Acos: Rule = elementwise((e, { inputs: [x] }) =>
  e.op('Neg', [inverseRoot(e, x!, (square, one) => e.op('Sub', [one, square]))]),
);

/** y' = 1 / √(x² + 1) */
export const Asinh: Rule = elementwise((e, { inputs: [x] }) => inverseRoot(e, x!, (square, one) => e.op('Add', [square, one])));

/** y' = 1 / √(x² − 1) */
export const Acosh: Rule = elementwise((e, { inputs: [x] }) => inverseRoot(e, x!, (square, one) => e.op('Sub', [square, one])));

/** y' = 1 / (1 − x²) */
export const Atanh: Rule = elementwise((e, { inputs: [x] }) =>
  e.op('Reciprocal', [e.op('Sub', [e.scalar(1, x!), e.op('Mul', [x!, x!])])]),
);

function inverseRoot(e: Emitter, x: string, inside: (square: string, one: string) => string): string {
  return e.op('Reciprocal', [e.op('Sqrt', [inside(e.op('Mul', [x, x]), e.scalar(1, x))])]);
}
