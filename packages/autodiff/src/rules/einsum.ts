import type { Node } from '@incognita/onnx';
import { stringOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { dimsOf, expandLike, unsqueeze } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';
import { sumOf } from './elementwise.js';

/**
 * Products summed over named axes. The gradient by one operand is the Einsum of the cotangent and the other operands onto
 * that operand's axes; axes that only this operand has are repeated.
 */
export const Einsum: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const { terms, result } = equationOf(node);
    return node.inputs.map((input, i) => {
      if (!needs(i)) return null;
      const others = node.inputs.filter((_, j) => j !== i);
      const beside = terms.filter((_, j) => j !== i);
      const present = new Set([result, ...beside].join(''));
      const kept = [...terms[i]!].filter((letter) => present.has(letter)).join('');
      const equation = `${[result, ...beside].join(',')}->${kept}`;
      const value = e.op('Einsum', [g, ...others], { equation });
      const missing = [...terms[i]!].flatMap((letter, axis) => (present.has(letter) ? [] : [axis]));
      return missing.length === 0 ? value : repeat(e, value, missing, input);
    });
  },
  jvp: ({ e, node, tangents }) => {
    equationOf(node);
    return [
      sumOf(
        e,
        tangents.map((t, i) => (t ? e.op('Einsum', node.inputs.with(i, t), node.attributes) : null)),
      ),
    ];
  },
};

function repeat(e: Emitter, value: string, axes: readonly number[], like: string): string {
  const wide = unsqueeze(e, value, axes);
  return e.dims(like) ? expandLike(e, wide, like) : e.op('Expand', [wide, dimsOf(e, like, range(e.rank(like)!))]);
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

function equationOf(node: Node): { terms: string[]; result: string } {
  const equation = stringOf(node, 'equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const terms = left.split(',');
  if (equation.includes('.') || terms.some((term) => new Set(term).size !== term.length))
    throw new MissingRuleError(node, `the equation "${equation}" has an ellipsis or a repeated axis in one operand.`);
  const letters = [...left.replaceAll(',', '')];
  const once = [...new Set(letters)].filter((letter) => letters.filter((other) => other === letter).length === 1).sort();
  return { terms, result: right ?? once.join('') };
}
