import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../model/languageModel.js';
import { openBuilt } from '../testing/openBuilt.js';
import { tinyDecoder } from '../testing/tinyDecoder.js';
import { TINY, type TinyWeights, tinyWeights } from '../testing/tinyWeights.js';
import { explainNumber } from './explainNumber.js';

const IDS = [3, 17, 8, 25, 11];

describe.each(['plain', 'genai'] as const)('a number of a decoder in the %s dialect', (dialect) => {
  const weights: TinyWeights = tinyWeights(5);
  let model: LanguageModel;
  beforeAll(async () => {
    model = await openBuilt(tinyDecoder(weights, { dialect }));
  });
  afterAll(() => model?.dispose());

  it.each([
    ['v.1', { position: 2, head: 1, index: 5 }, (w: TinyWeights, i: number) => w.blocks[1]!.v.data[i * 32 + 21]!],
    ['attn_out.0', { position: 4, index: 7 }, (w: TinyWeights, i: number) => w.blocks[0]!.o.data[i * 32 + 7]!],
    ['mlp_pre.1', { position: 0, index: 40 }, (w: TinyWeights, i: number) => w.blocks[1]!.gate.data[i * 48 + 40]!],
    ['mlp_out.0', { position: 3, index: 31 }, (w: TinyWeights, i: number) => w.blocks[0]!.down.data[i * 32 + 31]!],
    ['logits', { position: 1, index: 12 }, (w: TinyWeights, i: number) => w.unembedding.data[i * 41 + 12]!],
  ] as const)('of %s is its input times the column of the weights that the model has', async (point, place, weight) => {
    const { right, error, bias, left } = await explainNumber(model, IDS, { point, ...place });
    expect(bias).toBe(0);
    expect(error).toBeLessThan(1e-5);
    expect(left.values.length).toBe(right.values.length);
    for (const [i, w] of right.values.entries()) expect(w).toBeCloseTo(weight(weights, i), 6);
  });

  it.each([
    ['q.0', { position: 3, head: 2, index: 9 }],
    ['k.1', { position: 2, head: 1, index: 0 }],
  ])('of %s has the rotation of its position in the weights', async (point, place) => {
    const { right, error, left } = await explainNumber(model, IDS, { point, ...place });
    expect([left.values.length, error < 1e-5]).toEqual([TINY.width, true]);
    const other = await explainNumber(model, IDS, { point, ...place, position: 1 });
    expect(other.right.values).not.toEqual(right.values);
  });

  it('of the attention scores is query times key, times 1/√d', async () => {
    const { scale, error } = await explainNumber(model, IDS, { point: 'attn_scores.1', position: 4, head: 3, index: 2 });
    expect(scale).toBeCloseTo(1 / Math.sqrt(TINY.head), 5);
    expect(error).toBeLessThan(1e-5);
    await expect(explainNumber(model, IDS, { point: 'attn_scores.1', position: 1, head: 3, index: 2 })).rejects.toThrow(
      /masked: the key at position 2 comes after the query at 1/,
    );
  });

  it('of z is the attention times the values, also where a clamp has changed them', async () => {
    const place = { point: 'z.0', position: 4, head: 3, index: 6 };
    const plain = await explainNumber(model, IDS, place);
    expect([plain.left.values.length, plain.error < 1e-5]).toEqual([IDS.length, true]);
    const twice = await explainNumber(model, IDS, place, [{ point: 'v.0', kind: 'scale', value: 2 }]);
    expect(twice.value).toBeCloseTo(2 * plain.value, 5);
    expect(twice.error).toBeLessThan(1e-5);
  });
});

describe('what is no dot product', () => {
  it('is refused with what is one', async () => {
    const model = await openBuilt(tinyDecoder(tinyWeights(5), { dialect: 'plain' }));
    await expect(explainNumber(model, IDS, { point: 'attn_in.0', position: 0, index: 0 })).rejects.toThrow(
      /attn_in are no dot products: q, k, v/,
    );
    await expect(explainNumber(model, IDS, { point: 'mlp_pre.0', position: 9, index: 0 })).rejects.toThrow(
      /mlp_pre.0 has no position 9: it has 5/,
    );
    await model.dispose();
  });
});
