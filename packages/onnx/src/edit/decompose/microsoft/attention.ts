import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { count } from './count.js';
import { mergeHeads, splitHeads } from './heads.js';
import { additiveMask } from './masks.js';
import { attend } from './scaledAttention.js';

/** Attention with its projections, merged in one matrix. Source: ONNX Runtime, contrib_ops/cpu/bert/attention.cc. */
export const Attention: Rewrite = (c) => {
  refuseWhatOnlyCudaHas(c);
  const heads = count(c, 'num_heads');
  const product = c.op('MatMul', [c.input(0), c.input(1)]);
  const merged = c.input(2) === '' ? product : c.op('Add', [product, c.input(2)]);
  const widths = c.ints('qkv_hidden_sizes');
  const parts =
    widths === null
      ? c.ops('Split', [merged], 3, { axis: 2, num_outputs: 3 })
      : c.ops('Split', [merged, c.vector(widths)], 3, { axis: 2 });
  const [query, newKey, newValue] = parts.map((part) => splitHeads(c, part, heads));
  const key = joined(c, 0, newKey!);
  const value = joined(c, 1, newValue!);
  const mask = additiveMask(c, { mask: c.input(3), causal: c.int('unidirectional', 0) === 1, query: query!, key });
  const y = mergeHeads(c, attend(c, { query: query!, key, masks: [mask, c.input(5)] }, value));
  return [y, c.used(1) ? c.op('Concat', [leading(c, key), leading(c, value)], { axis: 0 }) : null];
};

/** Keys or values of past [2, b, n, p, h] before the new ones. */
function joined(c: RewriteContext, i: 0 | 1, fresh: string): string {
  if (c.input(4) === '') return fresh;
  return c.op('Concat', [c.op('Gather', [c.input(4), c.constant('int64', [i], [])], { axis: 0 }), fresh], { axis: 2 });
}

const leading = (c: RewriteContext, x: string): string => c.op('Unsqueeze', [x, c.vector([0])]);

function refuseWhatOnlyCudaHas(c: RewriteContext): void {
  if (c.int('do_rotary', 0) !== 0)
    c.refuse(
      'it rotates its queries and keys by angles that only the CUDA kernel defines.',
      'Fuse the model with RotaryEmbedding and MultiHeadAttention.',
    );
  if (c.int('past_present_share_buffer', 0) !== 0)
    c.refuse('its past and present share a buffer.', 'Export the model with past_present_share_buffer = 0.');
}
