import type { Node } from '@incognita/onnx';
import { intOf } from '../emit/attributes.js';
import type { Emitter } from '../emit/emitter.js';
import { reduce } from '../emit/reduce.js';
import { reshapeLike, shapeOf } from '../emit/shapes.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';

/** y = (x − z) s: linear in the scale; whole numbers do not vary. */
export const DequantizeLinear: Rule = {
  vjp: ({ e, node, g, needs }) => [null, needs(1) ? scaleGradient(e, node, g) : null, null],
  jvp: ({ e, node, tangents: [, scale] }) => [dequantized(e, node, scale!)],
};

function dequantized(e: Emitter, node: Node, scale: string): string {
  const [x, , zero] = node.inputs as [string, string, string | undefined];
  return e.op('DequantizeLinear', zero ? [x, scale, zero] : [x, scale], node.attributes);
}

function scaleGradient(e: Emitter, node: Node, g: string): string {
  const [x, scale] = node.inputs as [string, string];
  const ones = e.op('Expand', [e.scalar(1, scale), shapeOf(e, scale)]);
  const product = e.op('Mul', [g, dequantized(e, node, ones)]);
  const [rank, scaleRank] = [e.rank(x), e.rank(scale)];
  if (rank === undefined || scaleRank === undefined)
    throw new MissingRuleError(node, 'the ranks of its numbers and of their scale are not known; give `shapes`.');
  const all = Array.from({ length: rank }, (_, i) => i);
  if (scaleRank === 0 || e.shape(scale)![0] === 1) return reshapeLike(e, reduce(e, 'ReduceSum', product, all, false), scale);
  const given = intOf(node, 'axis', 1);
  const axis = given < 0 ? given + rank : given;
  const size = intOf(node, 'block_size', 0);
  if (size === 0) {
    const others = all.filter((i) => i !== axis);
    return others.length > 0 ? reduce(e, 'ReduceSum', product, others, false) : product;
  }
  const dims = e.dims(x);
  if (dims === null || dims[axis]! % size !== 0)
    throw new MissingRuleError(node, `its blocks of ${size} do not fill axis ${axis} of [${e.shape(x)}].`);
  const apart = [...dims.slice(0, axis), dims[axis]! / size, size, ...dims.slice(axis + 1)];
  return reduce(e, 'ReduceSum', e.op('Reshape', [product, e.ints(apart)]), [axis + 1], false);
}
