import type { Node } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { reshapeLike, shapeOf } from '../emit/shapes.js';
import type { Rule } from '../types.js';
import { linear } from './elementwise.js';

/** The first maximum of each window gets the gradient, as in PyTorch. */
export const MaxPool: Rule = {
  vjp: ({ e, node, g }) => {
    const [x] = node.inputs as [string];
    const indices = indicesOf(e, node);
    const flat = (v: string): string => e.op('Reshape', [v, e.ints([-1])]);
    const size = e.op('ReduceProd', [shapeOf(e, x)], { keepdims: 1 });
    const zeros = e.op('Expand', [e.scalar(0, x), size]);
    return [reshapeLike(e, e.op('ScatterElements', [zeros, flat(indices), flat(g)], { axis: 0, reduction: 'add' }), x)];
  },
  jvp: ({ e, node, tangents: [t] }) => {
    const indices = indicesOf(e, node);
    const flat = e.op('Reshape', [t!, e.repeat ? e.ints([0, -1]) : e.ints([-1])]);
    const at = e.op('Reshape', [indices, e.ints([-1])]);
    const taken = e.op('Gather', [flat, at], { axis: e.repeat ? 1 : 0 });
    if (!e.repeat) return [reshapeLike(e, taken, node.outputs[0]!)];
    const rest = e.op('Slice', [e.op('Shape', [indices]), e.ints([1]), e.ints([Number.MAX_SAFE_INTEGER]), e.ints([0])]);
    return [
      e.op('Reshape', [
        taken,
        e.op('Concat', [e.op('Slice', [e.op('Shape', [t!]), e.ints([0]), e.ints([1]), e.ints([0])]), rest], { axis: 0 }),
      ]),
    ];
  },
};

/** Positions of the maxima in the flattened input: of a pool of its own, so that the forward one keeps its fast form. */
function indicesOf(e: Emitter, node: Node): string {
  if (node.outputs[1]) return node.outputs[1];
  const { storage_order: _, ...attributes } = node.attributes;
  return e.ops('MaxPool', node.inputs, 2, attributes)[1]!;
}

export const GlobalAveragePool: Rule = linear((e, node, g) => {
  const [x] = node.inputs as [string];
  const dims = e.shape(x);
  const space = dims?.slice(2);
  if (space?.every((d) => typeof d === 'number')) {
    const area = (space as number[]).reduce((a, b) => a * b, 1);
    return e.op('Expand', [e.op('Mul', [g, e.scalar(1 / area, x)]), shapeOf(e, x)]);
  }
  const count = e.op('Cast', [e.op('Div', [e.op('Size', [x]), e.op('Size', [g])])], { to: e.dtype(x) === 'float64' ? 11 : 1 });
  return e.op('Expand', [e.op('Div', [g, count]), shapeOf(e, x)]);
});
