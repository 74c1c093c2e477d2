import { intsOf } from '../emit/attributes.js';
import { diagonalOnes } from '../emit/modest.js';
import { MissingRuleError } from '../errors.js';
import type { Rule } from '../types.js';
import { linear } from './elementwise.js';

/** What a maximum became lies at its index in the flattened output. */
export const MaxUnpool: Rule = linear((e, node, g) =>
  e.op('Gather', [e.op('Reshape', [g, e.ints([-1])]), node.inputs[1]!], { axis: 0 }),
);

/**
 * Blocks are added up to a picture; the adjoint cuts a picture into blocks: a convolution with one kernel for each place of
 * the block, which is one there and zero elsewhere.
 */
export const Col2Im: Rule = linear((e, node, g) => {
  const block = e.values(node.inputs[2]);
  if (!block) throw new MissingRuleError(node, `its block_shape "${node.inputs[2]}" is not a constant; make it one.`);
  const kernel = Array.from(block);
  const area = kernel.reduce((a, b) => a * b, 1);
  const x = node.inputs[0]!;
  const picture = e.op('Cast', [node.inputs[1]!], { to: 7 });
  const alone = e.op('Reshape', [g, e.op('Concat', [e.ints([-1, 1]), picture], { axis: 0 })]);
  const blocks = e.op('Conv', [alone, e.constant(e.dtype(x), diagonalOnes(node, area), [area, 1, ...kernel])], {
    kernel_shape: kernel,
    strides: intsOf(node, 'strides'),
    dilations: intsOf(node, 'dilations'),
    pads: intsOf(node, 'pads'),
  });
  return e.op('Reshape', [blocks, e.op('Shape', [x])]);
});
