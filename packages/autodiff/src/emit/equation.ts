import type { Node } from '@incognita/onnx';
import { MissingRuleError } from '../errors.js';
import { stringOf } from './attributes.js';
import type { Emitter } from './emitter.js';

/** An Einsum's equation with one letter an axis, the axes of `...` among them. */
export interface Equation {
  readonly terms: readonly string[];
  readonly result: string;
  /** The letters that stand for the axes of `...`. */
  readonly extra: string;
}

/** Names every axis of an Einsum: those of `...` by letters that the equation does not use, aligned at the right. */
export function lettersOf(e: Emitter, node: Node): Equation {
  const equation = stringOf(node, 'equation', '').replaceAll(' ', '');
  const [left = '', right] = equation.split('->');
  const given = left.split(',');
  const counts = given.map((term, i) => {
    if (!term.includes('...')) return 0;
    const rank = e.rank(node.inputs[i]!);
    if (rank === undefined) throw new MissingRuleError(node, `the rank of "${node.inputs[i]}" is not known.`);
    return rank - term.replace('...', '').length;
  });
  const free = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].filter((letter) => !equation.includes(letter));
  const extra = free.slice(0, Math.max(0, ...counts)).join('');
  const terms = given.map((term, i) => term.replace('...', extra.slice(extra.length - counts[i]!)));
  if (right !== undefined) return { terms, result: right.replace('...', extra), extra };
  const letters = [...left.replaceAll(',', '').replaceAll('.', '')];
  const once = [...new Set(letters)].filter((letter) => letters.filter((other) => other === letter).length === 1).sort();
  return { terms, result: extra + once.join(''), extra };
}
