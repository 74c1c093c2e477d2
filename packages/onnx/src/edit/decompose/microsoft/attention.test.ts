import { describe, expect, it } from 'vitest';
import { float } from '../../../build/builder.js';
import { checkFused, type FusedCase, fusedModel } from '../../../testing/fused.node.js';
import { decompose } from '../decompose.js';

const int32 = (dims: readonly number[], data: readonly number[]) => ({ dims, data, dtype: 'int32' as const });

describe('Attention', () => {
  const base: FusedCase = { op: 'Attention', inputs: [[2, 4, 6], [6, 24], [24]], attributes: { num_heads: 2 } };
  const masked = (mask: FusedCase['inputs'][number], more: Partial<FusedCase> = {}): FusedCase => ({
    ...base,
    ...more,
    inputs: [...base.inputs, mask],
    attributes: { ...base.attributes, ...more.attributes },
  });
  it.each<[string, FusedCase]>([
    ['plain', base],
    ['with a scale of its own', { ...base, attributes: { num_heads: 2, scale: 0.3 } }],
    ['unidirectional', { ...base, attributes: { num_heads: 2, unidirectional: 1 } }],
    ['with lengths', masked(int32([2], [3, 1]))],
    ['with lengths and starts', masked(int32([4], [4, 3, 1, 2]))],
    ['with a padding mask', masked(int32([2, 4], [1, 1, 0, 0, 0, 1, 1, 1]))],
    ['with a row of padding alone', masked(int32([2, 4], [1, 1, 0, 0, 0, 0, 0, 0]))],
    ['with a mask of one column', masked(int32([2, 1], [1, 0]))],
    [
      'with a mask for each query',
      masked(
        int32(
          [2, 4, 4],
          Array.from({ length: 32 }, (_, i) => Number(i % 3 !== 0)),
        ),
      ),
    ],
    ['with a mask, unidirectional', masked(int32([2, 4], [1, 0, 1, 1, 0, 0, 1, 1]), { attributes: { unidirectional: 1 } })],
    [
      'with its own filter value',
      masked(int32([2, 4], [1, 0, 1, 1, 0, 0, 1, 1]), { attributes: { mask_filter_value: float(-3) } }),
    ],
    [
      'with values of another width',
      { ...base, inputs: [[2, 4, 6], [6, 22], [22]], attributes: { num_heads: 2, qkv_hidden_sizes: [8, 8, 6] } },
    ],
    ['with past and present', { ...base, inputs: [...base.inputs, null, [2, 2, 2, 3, 4]], outputs: [0, 1] }],
    [
      'unidirectional with past',
      {
        ...base,
        inputs: [...base.inputs, int32([2, 7], [0, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1]), [2, 2, 2, 3, 4]],
        attributes: { num_heads: 2, unidirectional: 1 },
        outputs: [0, 1],
      },
    ],
    ['with present alone', { ...base, outputs: [0, 1] }],
    ['with an attention bias', { ...base, inputs: [...base.inputs, null, null, [2, 2, 4, 4]] }],
    ['with an attention bias of one head', { ...base, inputs: [...base.inputs, null, null, [1, 1, 4, 4]] }],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });

  it('refuses rotation, which the operator leaves to a kernel, and masks of four axes', () => {
    const rotary = fusedModel({ ...base, attributes: { num_heads: 2, do_rotary: 1 } }).model;
    expect(() => decompose(rotary)).toThrow(/rotates.*RotaryEmbedding/);
    expect(() => decompose(fusedModel(masked(int32([2, 1, 4, 4], new Array(32).fill(1)))).model)).toThrow(/four axes/);
  });
});

describe('MultiHeadAttention', () => {
  const attributes = { num_heads: 2 };
  const op = 'MultiHeadAttention';
  it.each<[string, FusedCase]>([
    [
      'plain',
      {
        op,
        inputs: [
          [2, 3, 8],
          [2, 5, 8],
          [2, 5, 8],
        ],
        attributes,
      },
    ],
    ['with bias', { op, inputs: [[2, 3, 8], [2, 5, 8], [2, 5, 6], [22]], attributes }],
    [
      'unidirectional',
      {
        op,
        inputs: [
          [2, 4, 8],
          [2, 4, 8],
          [2, 4, 8],
        ],
        attributes: { ...attributes, unidirectional: 1 },
      },
    ],
    ['with lengths', { op, inputs: [[2, 3, 8], [2, 5, 8], [2, 5, 8], null, int32([2], [5, 2])], attributes }],
    [
      'with a padding mask',
      { op, inputs: [[2, 3, 8], [2, 3, 8], [2, 3, 8], [24], int32([2, 3], [1, 1, 0, 1, 0, 1])], attributes },
    ],
    [
      'with a mask for each query',
      { op, inputs: [[1, 3, 8], [1, 3, 8], [1, 3, 8], null, int32([1, 3, 3], [1, 0, 0, 1, 1, 0, 0, 1, 1])], attributes },
    ],
    ['with an attention bias', { op, inputs: [[2, 3, 8], [2, 5, 8], [2, 5, 8], null, null, [1, 2, 3, 5]], attributes }],
    [
      'with past and present',
      {
        op,
        inputs: [[2, 1, 8], [2, 1, 8], [2, 1, 8], null, null, null, [2, 2, 4, 4], [2, 2, 4, 4]],
        attributes,
        outputs: [0, 1, 2],
      },
    ],
    [
      'with past, bias and attention bias, unidirectional',
      {
        op,
        inputs: [[2, 3, 8], [2, 3, 8], [2, 3, 8], [24], null, [2, 2, 3, 7], [2, 2, 4, 4], [2, 2, 4, 4]],
        attributes: { num_heads: 2, unidirectional: 1, scale: 0.7 },
        outputs: [0, 1, 2],
      },
    ],
    [
      'across, keys and values by head',
      {
        op,
        inputs: [
          [2, 3, 8],
          [2, 2, 5, 4],
          [2, 2, 5, 4],
        ],
        attributes,
      },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });
});
