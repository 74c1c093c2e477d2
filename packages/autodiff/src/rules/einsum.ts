import type { Emitter } from '../emit/emitter.js';
import { type Equation, lettersOf } from '../emit/equation.js';
import { dimsOf, expandLike, reduceTo, unsqueeze } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { sumOf } from './elementwise.js';

/**
 * Products summed over named axes. The gradient by one operand is the Einsum of the cotangent and the other operands onto
 * that operand's axes; axes that only this operand has are repeated, and where it names an axis twice only the diagonal has one.
 */
export const Einsum: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const equation = lettersOf(e, node);
    return node.inputs.map((input, i) => {
      if (!needs(i)) return null;
      const { terms, result } = equation;
      const others = node.inputs.filter((_, j) => j !== i);
      const beside = terms.filter((_, j) => j !== i);
      const present = new Set([result, ...beside].join(''));
      const own = [...new Set(terms[i]!)];
      const kept = own.filter((letter) => present.has(letter));
      const value = e.op('Einsum', [g, ...others], { equation: `${[result, ...beside].join(',')}->${kept.join('')}` });
      const missing = own.flatMap((letter, axis) => (present.has(letter) ? [] : [axis]));
      const wide = unsqueeze(e, value, missing);
      if (own.length < terms[i]!.length) return onDiagonal(e, wide, terms[i]!, input);
      const narrow = isBroadcast(e, equation, node.inputs, i) ? reduceTo(e, wide, wide, input) : wide;
      return missing.length === 0 ? narrow : expandLike(e, narrow, input);
    });
  },
  jvp: ({ e, node, tangents }) => [
    sumOf(
      e,
      tangents.map((t, i) => (t ? e.op('Einsum', node.inputs.with(i, t), node.attributes) : null)),
    ),
  ],
};

/** Whether an axis of an operand may be of length one where another operand's is longer. */
function isBroadcast(e: Emitter, { terms, extra }: Equation, inputs: readonly string[], i: number): boolean {
  return [...terms[i]!].some((letter, axis) => {
    const own = e.shape(inputs[i]!)?.[axis];
    if (typeof own === 'number' && own !== 1) return false;
    if (own !== 1 && !extra.includes(letter)) return false;
    return terms.some((term, j) => {
      const at = term.indexOf(letter);
      return j !== i && at >= 0 && (own === null || own === undefined || e.shape(inputs[j]!)?.[at] !== own);
    });
  });
}

/** A value with one axis a letter, on the diagonals of the operand's axes. */
function onDiagonal(e: Emitter, value: string, term: string, like: string): string {
  const order = [...term].flatMap((letter, axis) => (term.indexOf(letter) === axis ? [] : [axis]));
  const wide = expandLike(e, unsqueeze(e, value, order), like);
  const places = (axis: number): string => {
    const length = e.op('Squeeze', [dimsOf(e, like, [axis])]);
    const list = e.op('Range', [e.constant('int64', [0], []), length, e.constant('int64', [1], [])]);
    return e.op('Reshape', [list, e.ints([...term].map((_, i) => (i === axis ? -1 : 1)))]);
  };
  return order.reduce((kept, axis) => {
    const onIt = e.op('Equal', [places(term.indexOf(term[axis]!)), places(axis)]);
    return e.op('Where', [onIt, kept, e.scalar(0, like)]);
  }, wide);
}
