import { describe, expect, it } from 'vitest';
import type { AttributeInput } from '../../../build/builder.js';
import { checkFused, type FusedCase, type FusedInput, fusedModel } from '../../../testing/fused.node.js';
import { decompose } from '../decompose.js';

interface Sizes {
  readonly batch: number;
  readonly sequence: number;
  readonly heads?: number;
  readonly kvHeads?: number;
  readonly size?: number;
  /** Length of the cache; none where absent. */
  readonly cache?: number;
  /** Valid length of each sequence after this step; default cache + sequence. */
  readonly totals?: readonly number[];
  readonly packed?: boolean;
  /** Half of the coordinates that rotate. */
  readonly half?: number;
  readonly ids?: readonly number[];
  readonly bias?: readonly [number, number];
  readonly sink?: boolean;
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly outputs?: readonly number[];
}

function gqa(given: Sizes): FusedCase {
  const { batch, sequence, heads = 4, kvHeads = 2, size = 16, cache } = given;
  const totals = given.totals ?? new Array<number>(batch).fill((cache ?? 0) + sequence);
  const total = Math.max(...totals);
  const int32 = (dims: readonly number[], data: readonly number[]): FusedInput => ({ dims, data, dtype: 'int32' });
  const past = cache === undefined ? null : [batch, kvHeads, cache, size];
  const table = given.half === undefined ? null : [32, given.half];
  return {
    op: 'GroupQueryAttention',
    inputs: [
      ...(given.packed
        ? [[batch, sequence, (heads + 2 * kvHeads) * size], null, null]
        : [
            [batch, sequence, heads * size],
            [batch, sequence, kvHeads * size],
            [batch, sequence, kvHeads * size],
          ]),
      past,
      past,
      int32(
        [batch],
        totals.map((t) => t - 1),
      ),
      int32([1], [total]),
      table,
      table,
      given.ids ? { dims: [batch, sequence], data: given.ids, dtype: 'int64' } : null,
      given.bias ? [...given.bias, sequence, total] : null,
      given.sink ? [heads] : null,
    ],
    attributes: { num_heads: heads, kv_num_heads: kvHeads, ...(table && { do_rotary: 1 }), ...given.attributes },
    outputs: given.outputs ?? [0, 1, 2],
  };
}

describe('GroupQueryAttention', () => {
  it.each<[string, Sizes]>([
    ['a prompt', { batch: 2, sequence: 3 }],
    ['as many heads of keys as of queries', { batch: 1, sequence: 3, heads: 2, kvHeads: 2 }],
    ['packed projections', { batch: 2, sequence: 3, packed: true }],
    ['rotation', { batch: 2, sequence: 3, half: 8 }],
    ['packed projections with rotation', { batch: 2, sequence: 3, half: 8, packed: true }],
    ['interleaved rotation', { batch: 2, sequence: 3, half: 8, attributes: { rotary_interleaved: 1 } }],
    ['rotation of a part of each head', { batch: 1, sequence: 3, size: 32, half: 8 }],
    ['one token, cache as long as what it holds', { batch: 2, sequence: 1, cache: 4, half: 8 }],
    ['one token, cache longer than what it holds', { batch: 2, sequence: 1, cache: 9, totals: [6, 6], half: 8 }],
    ['one token, sequences of different lengths', { batch: 2, sequence: 1, cache: 9, totals: [6, 3], half: 8 }],
    ['a prompt into an empty cache', { batch: 1, sequence: 3, cache: 8, totals: [3], half: 8 }],
    ['several tokens behind a cache', { batch: 1, sequence: 3, cache: 4, half: 8 }],
    ['several tokens behind a longer cache', { batch: 1, sequence: 3, cache: 9, totals: [7], half: 8 }],
    ['an empty cache', { batch: 1, sequence: 3, cache: 0 }],
    ['a window', { batch: 1, sequence: 6, attributes: { local_window_size: 2 } }],
    ['a window behind a cache', { batch: 2, sequence: 1, cache: 6, attributes: { local_window_size: 3 } }],
    ['a soft cap', { batch: 1, sequence: 4, attributes: { softcap: 0.5 } }],
    ['a scale', { batch: 1, sequence: 4, attributes: { scale: 0.7 } }],
    ['a smooth softmax', { batch: 2, sequence: 4, attributes: { smooth_softmax: 1 } }],
    ['a sink for each head', { batch: 2, sequence: 4, sink: true }],
    ['given positions', { batch: 2, sequence: 3, half: 8, ids: [0, 1, 2, 0, 1, 2] }],
    ['given positions of one token', { batch: 2, sequence: 1, cache: 4, half: 8, ids: [7, 2] }],
    ['given positions that the kernel reads only once', { batch: 1, sequence: 3, half: 8, ids: [5, 9, 1] }],
    ['an attention bias', { batch: 2, sequence: 3, bias: [2, 4] }],
    ['an attention bias for all, behind a cache', { batch: 2, sequence: 1, cache: 4, bias: [1, 1] }],
    ['an attention bias behind a longer cache', { batch: 2, sequence: 1, cache: 9, totals: [6, 6], bias: [2, 1] }],
    [
      'everything together',
      {
        batch: 2,
        sequence: 1,
        cache: 9,
        totals: [6, 4],
        bias: [1, 4],
        packed: true,
        half: 8,
        sink: true,
        attributes: { softcap: 0.8, local_window_size: 3 },
      },
    ],
    ['the output alone', { batch: 1, sequence: 3, outputs: [0] }],
  ])('%s', async (_, sizes) => {
    await checkFused(gqa(sizes));
  });

  it('refuses windows as caches and quantised caches', () => {
    const refused = (attributes: Sizes['attributes']) => () =>
      decompose(fusedModel(gqa({ batch: 1, sequence: 2, attributes: attributes! })).model);
    expect(refused({ sliding_window_cache: 1, local_window_size: 2 })).toThrow(/window only/);
    expect(refused({ k_quant_type: 'PER_TENSOR' })).toThrow(/quantised/);
  });
});
