import type { Emitter } from '../../emit/emitter.js';
import { expandLike } from '../../emit/shapes.js';
import { damped, nonzero, stabilized } from './guard.js';
import { changed, type Layer } from './layer.js';
import { isNonNegative } from './nonNegative.js';
import type { LayerRule, LrpSettings } from './options.js';

/**
 * What each layer rule hands to the layer's input, as relevance divided by that input. With y = x W + b, relevance R = g y at
 * the output, v⁺ = max(v, 0), v⁻ = min(v, 0):
 *
 * - epsilon: R_j = x_j Σ_k W_jk R_k / (y_k + ε sign y_k)
 * - gamma, zPlus, alphaBeta: see {@link signed}
 * - flat, wSquare: R_j = Σ_k V_jk R_k / Σ_i V_ik, with V = 1 or V = W² (and b² beside)
 * - box: R_j = Σ_k (x_j W_jk − low_j W⁺_jk − high_j W⁻_jk) R_k / z_k, z_k the sum of the numerators and the bias' rest
 *
 * Source: chr5tphr/zennit `src/zennit/rules.py` (Epsilon, Gamma, ZPlus, AlphaBeta, Flat, WSquare, ZBox), after S. Bach et al., On
 * Pixel-Wise Explanations (2015), and G. Montavon et al., Layer-Wise Relevance Propagation: An Overview (2019).
 */
export function applyLayerRule(rule: LayerRule, layer: Layer, settings: LrpSettings): string {
  const { e } = layer;
  if (rule === 'epsilon') return layer.adjoint(damped(e, layer.g, layer.y, settings.epsilon), layer.weight);
  if (rule === 'gamma') return signed(layer, (name, part) => plus(e, name, part, settings.gamma), 'gamma');
  if (rule === 'zPlus') return signed(layer, (_name, part) => part, { alpha: 1 });
  if (rule === 'alphaBeta') return signed(layer, (_name, part) => part, { alpha: settings.alpha });
  if (rule === 'box') return box(layer, settings);
  return regardless(layer, rule === 'flat');
}

/** v + γ v⁺ or v + γ v⁻ */
function plus(e: Emitter, name: string, part: string, gamma: number): string {
  return e.op('Add', [name, e.op('Mul', [part, e.scalar(gamma, name)])]);
}

function positive(e: Emitter, name: string): string {
  return e.op('Relu', [name]);
}

function negative(e: Emitter, name: string): string {
  return e.op('Min', [name, e.scalar(0, name)]);
}

/**
 * The rules that treat contributions by their sign. With A, B the weights changed by their positive and negative parts (a, b
 * the bias likewise), P = x⁺ A + x⁻ B + a sums what pushes y up and N = x⁺ B + x⁻ A + b what pushes it down, and
 * R_j = x⁺_j (A p + B n)_j + x⁻_j (B p + A n)_j.
 *
 * - gamma: A = W + γ W⁺, B = W + γ W⁻; p = R / P where y > 0, n = R / N where y < 0
 * - alphaBeta: A = W⁺, B = W⁻; p = α R / P, n = (1 − α) R / N
 */
function signed(
  layer: Layer,
  change: (name: string, part: string) => string,
  shares: 'gamma' | { readonly alpha: number },
): string {
  const { e, x, weight, bias, y } = layer;
  const part = (name: string, take: typeof positive): string =>
    name === '' ? '' : changed(e, name, change(name, take(e, name)));
  const [up, down] = [part(weight, positive), part(weight, negative)];
  const plain = isNonNegative(e, x);
  const [high, low] = plain ? [x, ''] : [positive(e, x), negative(e, x)];
  const sum = (a: string, b: string, rest: string): string => {
    const own = layer.forward(high, a, rest);
    return low === '' ? own : e.op('Add', [own, layer.forward(low, b, '')]);
  };
  const relevance = e.op('Mul', [layer.g, y]);
  const zero = e.scalar(0, y);
  const share = (total: string): string => e.op('Div', [relevance, stabilized(e, total, y)]);
  const times = (value: string, factor: number): string => (factor === 1 ? value : e.op('Mul', [value, e.scalar(factor, y)]));
  let p = share(sum(up, down, part(bias, positive)));
  let n = shares === 'gamma' || shares.alpha !== 1 ? share(sum(down, up, part(bias, negative))) : null;
  if (shares === 'gamma') {
    p = e.op('Where', [e.op('Greater', [y, zero]), p, zero]);
    n = n && e.op('Where', [e.op('Less', [y, zero]), n, zero]);
  } else {
    p = times(p, shares.alpha);
    n = n && times(n, 1 - shares.alpha);
  }
  const back = (a: string, b: string): string => {
    const own = layer.adjoint(p, a);
    return n === null ? own : e.op('Add', [own, layer.adjoint(n, b)]);
  };
  if (plain) return back(up, down);
  return e.op('Where', [e.op('Greater', [x, e.scalar(0, x)]), back(up, down), back(down, up)]);
}

function box(layer: Layer, settings: LrpSettings): string {
  const { e, x, weight, bias, y } = layer;
  const edge = (value: number | readonly number[]): string => {
    if (typeof value === 'number') return expandLike(e, e.scalar(value, x), x);
    const space = new Array<number>((e.rank(x) ?? 4) - 2).fill(1);
    return expandLike(e, e.constant(e.dtype(x), value, [1, value.length, ...space]), x);
  };
  const [low, high] = [edge(settings.low), edge(settings.high)];
  const part = (name: string, take: typeof positive): string => (name === '' ? '' : changed(e, name, take(e, name)));
  const [up, down] = [part(weight, positive), part(weight, negative)];
  const least = e.op('Add', [layer.forward(low, up, part(bias, positive)), layer.forward(high, down, part(bias, negative))]);
  const s = e.op('Div', [e.op('Mul', [layer.g, y]), stabilized(e, e.op('Sub', [y, least]), y)]);
  const own = e.op('Mul', [x, layer.adjoint(s, weight)]);
  const edges = e.op('Add', [e.op('Mul', [low, layer.adjoint(s, up)]), e.op('Mul', [high, layer.adjoint(s, down)])]);
  return e.op('Div', [e.op('Sub', [own, edges]), nonzero(e, x)]);
}

/** The rules that share relevance by the weights alone, whatever the input is. */
function regardless(layer: Layer, flat: boolean): string {
  const { e, x, weight, bias, y } = layer;
  const square = (name: string): string => (name === '' ? '' : changed(e, name, e.op('Mul', [name, name])));
  const one = (name: string): string => changed(e, name, expandLike(e, e.scalar(1, name), name));
  const by = flat ? one(weight) : square(weight);
  const total = layer.forward(one(x), by, flat ? '' : square(bias));
  const s = e.op('Div', [e.op('Mul', [layer.g, y]), stabilized(e, total, y)]);
  return e.op('Div', [layer.adjoint(s, by), nonzero(e, x)]);
}
