import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { reduce } from '../emit/reduce.js';
import { expandLike, reshapeLike, typeNumber } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { sumOf } from './elementwise.js';

/** yᵢ = start + i delta; the limit decides how many there are. */
export const Range: Rule = {
  vjp: ({ e, node, g, needs }) => [
    needs(0) ? reshapeLike(e, reduce(e, 'ReduceSum', g, [0], false), node.inputs[0]!) : null,
    null,
    needs(2) ? reshapeLike(e, reduce(e, 'ReduceSum', e.op('Mul', [g, numbers(e, node)]), [0], false), node.inputs[2]!) : null,
  ],
  jvp: ({ e, node, tangents: [start, , delta] }) => {
    const total = sumOf(e, [start ?? null, delta ? e.op('Mul', [delta, numbers(e, node)]) : null]);
    return [total && expandLike(e, total, node.outputs[0]!)];
  },
};

function numbers(e: Emitter, node: Node): string {
  const y = node.outputs[0]!;
  const places = e.op('Range', [e.constant('int64', [0], []), e.op('Size', [y]), e.constant('int64', [1], [])]);
  return e.op('Cast', [places], { to: typeNumber(e.dtype(y)) });
}
