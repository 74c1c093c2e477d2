import type { Node } from '@incognita/onnx';
import { intOf, stringOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { scatterAdd } from '../emit/scatterAdd.js';
import { shapeOf } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';
import { sumOf } from './elementwise.js';

type Scatter = 'ScatterElements' | 'ScatterND';

/**
 * Without a reduction what was overwritten gets nothing. Of a sum all terms get everything, of a product the product of the
 * others (exact at zeros), of a maximum or minimum those that tie share evenly, the place's own number among them: as
 * PyTorch's scatter_reduce.
 */
function scatter(op: Scatter): Rule {
  return {
    vjp: ({ e, node, g, needs }) => {
      const [, indices, updates] = node.inputs as [string, string, string];
      const at = (value: string): string =>
        e.op(op === 'ScatterND' ? 'GatherND' : 'GatherElements', [value, indices], axisOf(op, node));
      const reduction = stringOf(node, 'reduction', 'none');
      if (reduction === 'add') return [needs(0) ? g : null, null, needs(2) ? at(g) : null];
      if (reduction === 'none') {
        const untouched = needs(0) ? e.op(op, [g, indices, zeros(e, updates)], axisOf(op, node)) : null;
        return [untouched, null, needs(2) ? at(g) : null];
      }
      const { own, given, divisor } = factors(e, node, op, at);
      const shared = divisor ? e.op('Div', [g, divisor]) : g;
      return [needs(0) ? e.op('Mul', [shared, own]) : null, null, needs(2) ? e.op('Mul', [at(shared), given]) : null];
    },
    jvp: ({ e, node, tangents: [t, , u] }) => {
      const [x, indices, updates] = node.inputs as [string, string, string];
      const at = (value: string): string =>
        e.op(op === 'ScatterND' ? 'GatherND' : 'GatherElements', [value, indices], axisOf(op, node));
      const reduction = stringOf(node, 'reduction', 'none');
      if (reduction === 'none' || reduction === 'add')
        return [e.op(op, [t ?? zeros(e, x), indices, u ?? zeros(e, updates)], node.attributes)];
      const { own, given, divisor } = factors(e, node, op, at);
      const moved = u ? scatterAdd(e, op, x, indices, e.op('Mul', [u, given]), axisOf(op, node)) : null;
      const sum = sumOf(e, [t ? e.op('Mul', [t, own]) : null, moved])!;
      return [divisor ? e.op('Div', [sum, divisor]) : sum];
    },
  };
}

/** By what the cotangents of the place's own number and of the given ones are multiplied; by the divisor all are divided. */
interface Factors {
  readonly own: string;
  readonly given: string;
  readonly divisor: string | null;
}

function factors(e: Emitter, node: Node, op: Scatter, at: (value: string) => string): Factors {
  const reduction = stringOf(node, 'reduction', 'none');
  if (reduction === 'mul') return productFactors(e, node, op, at);
  if (reduction !== 'max' && reduction !== 'min')
    throw new MissingRuleError(node, `reduction ${reduction} is not of the specification.`);
  const [x, indices, updates] = node.inputs as [string, string, string];
  const y = node.outputs[0]!;
  const ties = (value: string, best: string): string =>
    e.op('Where', [e.op('Equal', [value, best]), e.scalar(1, x), e.scalar(0, x)]);
  const [own, given] = [ties(x, y), ties(updates, at(y))];
  return { own, given, divisor: e.op('Add', [own, scatterAdd(e, op, x, indices, given, axisOf(op, node))]) };
}

/** The product of the others: by the number of zeros among the factors, and the product of those that are not. */
function productFactors(e: Emitter, node: Node, op: Scatter, at: (value: string) => string): Factors {
  const [x, indices, updates] = node.inputs as [string, string, string];
  const [zero, one] = [e.scalar(0, x), e.scalar(1, x)];
  const isZero = (value: string): string => e.op('Equal', [value, zero]);
  const counted = (value: string): string => e.op('Where', [isZero(value), one, zero]);
  const safe = (value: string): string => e.op('Where', [isZero(value), one, value]);
  const count = e.op('Add', [counted(x), scatterAdd(e, op, x, indices, counted(updates), axisOf(op, node))]);
  const product = e.op(op, [safe(x), indices, safe(updates)], node.attributes);
  const others = (value: string, zeros: string, rest: string): string => {
    const atZero = e.op('Where', [e.op('Equal', [zeros, one]), rest, zero]);
    const elsewhere = e.op('Where', [e.op('Equal', [zeros, zero]), e.op('Div', [rest, safe(value)]), zero]);
    return e.op('Where', [isZero(value), atZero, elsewhere]);
  };
  return { own: others(x, count, product), given: others(updates, at(count), at(product)), divisor: null };
}

function axisOf(op: Scatter, node: Node): { axis?: number } {
  return op === 'ScatterElements' ? { axis: intOf(node, 'axis', 0) } : {};
}

function zeros(e: Emitter, like: string): string {
  return e.op('Expand', [e.scalar(0, like), shapeOf(e, like)]);
}

export const ScatterElements: Rule = scatter('ScatterElements');

export const ScatterND: Rule = scatter('ScatterND');
