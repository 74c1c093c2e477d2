import { intOf, intsOf } from '../emit/attributes.js';
import { dimsOf, reshapeLike, slice, split, typeNumber, zerosLike } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { again, linear } from './elementwise.js';

export const Identity: Rule = { vjp: ({ g }) => [g], jvp: ({ tangents: [t] }) => [t!] };

/** Between floating-point types; a cast to integers or booleans has no gradient and stops it. */
export const Cast: Rule = {
  vjp: ({ e, node, g }) => [
    e.dtype(node.inputs[0]!) === e.dtype(node.outputs[0]!) ? g : e.op('Cast', [g], { to: typeNumber(e.dtype(node.inputs[0]!)) }),
  ],
  jvp: ({ e, node, tangents: [t] }) => [again(e, node, 0, t!)],
};

/** Forwards, a constant shape whose first dimension stays lets the tangent keep a batch of its own. */
export const Reshape: Rule = {
  vjp: ({ e, node, g }) => [reshapeLike(e, g, node.inputs[0]!)],
  jvp: ({ e, node, tangents: [t] }) => {
    if (!e.repeat) return [again(e, node, 0, t!)];
    const batch = slice(e, e.op('Shape', [t!]), [0], [1], [0]);
    const rest = slice(e, e.op('Shape', [node.outputs[0]!]), [1], [Number.MAX_SAFE_INTEGER], [0]);
    return [e.op('Reshape', [t!, e.op('Concat', [batch, rest], { axis: 0 })])];
  },
};

export const Flatten: Rule = linear((e, node, g) => reshapeLike(e, g, node.inputs[0]!));

export const Squeeze: Rule = linear((e, node, g) => reshapeLike(e, g, node.inputs[0]!));

export const Unsqueeze: Rule = linear((e, node, g) => reshapeLike(e, g, node.inputs[0]!));

export const Transpose: Rule = linear((e, node, g) => {
  const perm = intsOf(node, 'perm');
  if (!perm) return e.op('Transpose', [g]);
  const inverse = new Array<number>(perm.length);
  for (const [to, from] of perm.entries()) inverse[from] = to;
  return e.op('Transpose', [g], { perm: inverse });
});

/** Backwards each input gets its part; only the parts that are asked for are cut out. */
export const Concat: Rule = {
  vjp: ({ e, node, g, needs }) => {
    const axis = intOf(node, 'axis', 1);
    const lengths = node.inputs.map((input) => e.shape(input)?.at(axis));
    if (lengths.every((length) => typeof length === 'number')) {
      const all = lengths as number[];
      if (node.inputs.every((_, i) => needs(i))) return split(e, g, axis, all);
      let start = 0;
      return all.map((length, i) => {
        const from = start;
        start += length;
        return needs(i) ? slice(e, g, [from], [start], [axis]) : null;
      });
    }
    let start: string = e.ints([0]);
    return node.inputs.map((input, i) => {
      const from = start;
      const rank = e.rank(input);
      const length =
        axis < 0 && rank === undefined
          ? e.op('Gather', [e.op('Shape', [input]), e.ints([axis])])
          : dimsOf(e, input, [axis < 0 ? axis + rank! : axis]);
      start = e.op('Add', [from, length]);
      return needs(i) ? slice(e, g, from, start, [axis]) : null;
    });
  },
  jvp: ({ e, node, tangents }) => {
    const beside = tangents.find((t) => t !== null)!;
    return [
      e.op(
        'Concat',
        node.inputs.map((input, i) => tangents[i] ?? zerosLike(e, input, beside)),
        { axis: intOf(node, 'axis', 1) },
      ),
    ];
  },
};
