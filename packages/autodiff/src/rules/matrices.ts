import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { dimsOf, unsqueeze } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';

/** d det A = Σ C ∘ dA with the cofactors C: exact for singular matrices, too. */
export const Det: Rule = {
  vjp: ({ e, node, g }) => [e.op('Mul', [unsqueeze(e, g, [-2, -1]), cofactors(e, node)])],
  jvp: ({ e, node, tangents: [t] }) => [
    e.op('ReduceSum', [e.op('Mul', [t!, cofactors(e, node)]), e.ints([-2, -1])], { keepdims: 0 }),
  ],
};

/** (−1)^(i+j) times the determinant of the matrix without row i and column j. */
function cofactors(e: Emitter, node: Node): string {
  const x = node.inputs[0]!;
  const shape = e.shape(x);
  if (!shape) throw new MissingRuleError(node, `the rank of "${x}" is not known.`);
  const rank = shape.length;
  if (shape.at(-1) === 1) return e.op('Expand', [e.scalar(1, x), e.op('Shape', [x])]);
  const size = e.op('Squeeze', [dimsOf(e, x, [rank - 1])]);
  const integer = (value: number): string => e.constant('int64', [value], []);
  const range = (end: string): string => e.op('Range', [integer(0), end, integer(1)]);
  const all = range(size);
  const fewer = range(e.op('Sub', [size, integer(1)]));
  // [i, k]: the k-th row that is not i.
  const passed = e.op('GreaterOrEqual', [fewer, unsqueeze(e, all, [1])]);
  const others = e.op('Add', [fewer, e.op('Cast', [passed], { to: 7 })]);
  const rows = e.op('Gather', [x, others], { axis: rank - 2 });
  const both = e.op('Gather', [rows, others], { axis: rank });
  const lead = Array.from({ length: rank - 2 }, (_, i) => i);
  const minors = e.op('Transpose', [both], { perm: [...lead, rank - 2, rank, rank - 1, rank + 1] });
  const parity = e.op('Mod', [e.op('Add', [unsqueeze(e, all, [1]), all]), integer(2)]);
  const sign = e.op('Where', [e.op('Equal', [parity, integer(0)]), e.scalar(1, x), e.scalar(-1, x)]);
  return e.op('Mul', [e.op('Det', [minors]), sign]);
}
