import { describe, expect, it } from 'vitest';
import { float } from '../../../build/builder.js';
import { checkFused, type FusedCase, fusedModel } from '../../../testing/fused.node.js';
import { type Feed, runReference } from '../../../testing/session.node.js';
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

  it('refuses numbers of heads that cannot be', () => {
    for (const heads of [0, -1, 2 ** 40])
      expect(() => decompose(fusedModel({ ...base, attributes: { num_heads: heads } }).model)).toThrow(/num_heads is .*damaged/);
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

describe('DecoderMaskedMultiHeadAttention', () => {
  const op = 'DecoderMaskedMultiHeadAttention';
  const one = [2, 1, 8];
  const past = [2, 2, 4, 4];
  it.each<[string, FusedCase]>([
    ['across, keys and values by head', { op, inputs: [one, [2, 2, 5, 4], [2, 2, 5, 4]], attributes: { num_heads: 2 } }],
    [
      'across, with a padding mask',
      {
        op,
        inputs: [one, [2, 2, 3, 4], [2, 2, 3, 4], int32([2, 3], [1, 1, 0, 1, 0, 1])],
        attributes: { num_heads: 2, scale: 0.4 },
      },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });

  it('with past, bias and an attention bias computes what MultiHeadAttention does', async () => {
    const [bias, added] = [[24], [1, 2, 1, 5]];
    const more = { attributes: { num_heads: 2 }, outputs: [0, 1, 2] };
    const usual = fusedModel({ op: 'MultiHeadAttention', inputs: [one, one, one, bias, null, added, past, past], ...more });
    const masked = fusedModel({ op, inputs: [one, one, one, null, added, past, past, null, null, null, bias], ...more });
    const { x0, x1, x2, x3, x5, x6, x7 } = usual.feeds as Record<string, Feed>;
    const feeds = { x0: x0!, x1: x1!, x2: x2!, x4: x5!, x5: x6!, x6: x7!, x10: x3! };
    const [want, got] = [await runReference(usual.model, usual.feeds), await runReference(decompose(masked.model), feeds)];
    for (const name of ['y0', 'y1', 'y2'])
      for (const [i, v] of [...want[name]!.data].entries()) expect(Number(got[name]!.data[i])).toBeCloseTo(Number(v), 6);
  });

  it('reads the filled rows of a longer cache and puts the new state behind them', async () => {
    const inputs = [one, one, one, null, null, past, past];
    const plain = fusedModel({ op, inputs, attributes: { num_heads: 2 }, outputs: [0, 1, 2] });
    const longer = [2, 2, 7, 4];
    const padded = (name: string) => {
      const short = plain.feeds[name]!.data!;
      return Float32Array.from({ length: 112 }, (_, i) => (i % 28 < 16 ? short[Math.floor(i / 28) * 16 + (i % 28)]! : 9));
    };
    const caches = ['x5', 'x6'].map((name) => ({ dims: longer, data: padded(name) }));
    const cached = fusedModel({
      op,
      inputs: [...inputs.slice(0, 5), ...caches, int32([1], [4])],
      attributes: { num_heads: 2, past_present_share_buffer: 1 },
      outputs: [0, 1, 2],
    });
    const [want, got] = [
      await runReference(decompose(plain.model), plain.feeds),
      await runReference(decompose(cached.model), {
        ...cached.feeds,
        x0: plain.feeds.x0!,
        x1: plain.feeds.x1!,
        x2: plain.feeds.x2!,
      }),
    ];
    for (const [i, v] of [...want.y0!.data].entries()) expect(Number(got.y0!.data[i])).toBeCloseTo(Number(v), 6);
    expect([...got.y1!.dims]).toEqual(longer);
    const rows = (data: ArrayLike<number | bigint>, from: number) => Array.from({ length: 20 }, (_, i) => Number(data[from + i]));
    expect(rows(got.y1!.data, 28)).toEqual(rows(want.y1!.data, 20));
    expect(Number(got.y1!.data[21])).toBe(9);
  });

  it('refuses the indirection of a beam search', () => {
    const inputs = [
      one,
      one,
      one,
      null,
      null,
      past,
      past,
      int32([1], [3]),
      int32([1], [2]),
      int32([1, 2, 4], new Array(8).fill(0)),
    ];
    const { model } = fusedModel({ op, inputs, attributes: { num_heads: 2, past_present_share_buffer: 1 } });
    expect(() => decompose(model)).toThrow(/beam search/);
  });
});

describe('packed projections are the separate ones in another order:', () => {
  const attributes = { num_heads: 2 };
  const op = 'MultiHeadAttention';
  const numbers = (count: number, phase: number) => Array.from({ length: count }, (_, i) => Math.sin(i * 1.7 + phase));
  // b = 2, s = 3, n = 2, h = 4
  const [q, k, v] = [numbers(48, 0), numbers(48, 1), numbers(48, 2)];
  const bias = numbers(24, 3);
  const dims = [2, 3, 8];
  const separate = (withBias: boolean) =>
    fusedModel({
      op,
      inputs: [{ dims, data: q }, { dims, data: k }, { dims, data: v }, withBias ? { dims: [24], data: bias } : null],
      attributes,
    });
  /** [b, s, n, m, h] of m tensors [b, s, n, h]. */
  const packed = (...parts: readonly number[][]) =>
    Array.from({ length: 48 * parts.length }, (_, i) => {
      const [head, part] = [Math.floor(i / (4 * parts.length)), Math.floor(i / 4) % parts.length];
      return parts[part]![head * 4 + (i % 4)]!;
    });
  const same = async (given: FusedCase, withBias = false): Promise<void> => {
    const [want, got] = [separate(withBias), fusedModel(given)];
    const expected = (await runReference(want.model, want.feeds)).y0!;
    const actual = (await runReference(decompose(got.model), got.feeds)).y0!;
    expect([...actual.dims]).toEqual([...expected.dims]);
    for (const [i, value] of [...expected.data].entries()) expect(Number(actual.data[i])).toBeCloseTo(Number(value), 5);
  };

  it('queries, keys and values by head', () =>
    same({ op, inputs: [{ dims: [2, 3, 2, 3, 4], data: packed(q, k, v) }], attributes }));

  it('queries, keys and values by head, with bias', () =>
    same(
      { op, inputs: [{ dims: [2, 3, 2, 3, 4], data: packed(q, k, v) }, null, null, { dims: [24], data: bias }], attributes },
      true,
    ));

  it('keys and values by head', () =>
    same({
      op,
      inputs: [
        { dims, data: q },
        { dims: [2, 3, 2, 2, 4], data: packed(k, v) },
      ],
      attributes,
    }));
});
