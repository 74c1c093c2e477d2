import { intOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { poolWindow, sumPool, sumPoolAdjoint } from '../emit/sumPool.js';
import { isPaddedAtRun } from '../emit/window.js';
import { SameLpPool } from '../parts/samePadding.js';
import type { Rule } from '../types.js';
import { compositeWhere } from './composite.js';

/** y = (Σ |x|ᵖ)^(1/p) over the window. */
const lpPool: Rule = {
  vjp: ({ e, node, g }) => {
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const p = intOf(node, 'p', 2);
    const scaled = e.op('Div', [g, safePower(e, y, p - 1)]);
    return [e.op('Mul', [sumPoolAdjoint(e, node, scaled, poolWindow(e, node)), signedPower(e, x, p - 1)])];
  },
  jvp: ({ e, node, tangents: [t] }) => {
    const [x, y] = [node.inputs[0]!, node.outputs[0]!];
    const p = intOf(node, 'p', 2);
    const sum = sumPool(e, node, e.op('Mul', [t!, signedPower(e, x, p - 1)]), poolWindow(e, node));
    return [e.op('Div', [sum, safePower(e, y, p - 1)])];
  },
};

function safePower(e: Emitter, value: string, power: number): string {
  const safe = e.op('Where', [e.op('Equal', [value, e.scalar(0, value)]), e.scalar(1, value), value]);
  return power === 1 ? safe : e.op('Pow', [safe, e.scalar(power, value)]);
}

function signedPower(e: Emitter, x: string, power: number): string {
  if (power === 1) return x;
  const zero = e.scalar(0, x);
  if (power === 0) {
    const negative = e.op('Where', [e.op('Less', [x, zero]), e.scalar(-1, x), zero]);
    return e.op('Where', [e.op('Greater', [x, zero]), e.scalar(1, x), negative]);
  }
  const size = e.op('Pow', [e.op('Abs', [x]), e.scalar(power, x)]);
  return e.op('Where', [e.op('Less', [x, zero]), e.op('Neg', [size]), size]);
}

export const LpPool: Rule = compositeWhere(isPaddedAtRun, SameLpPool, lpPool);
