import { inferShapes, type Model } from '@incognita/onnx';
import { createRandom, openModel, type Tensor, tensor } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { nextToken } from '../loss/nextToken.js';
import { sizeOf } from '../network/parameter.js';
import { naiveGpt } from '../testing/naiveGpt.js';
import { exportTokenNetwork, namedTokenValues, tokenParameters } from './exportGpt.js';
import { type GptOptions, gpt } from './gpt.js';

const sizes: GptOptions = { vocabulary: 11, block: 7, layers: 2, heads: 2, width: 8 };
const ids = [3, 1, 10, 0, 3, 7, 2];

/** Larger than at the beginning of training, so that attention and GELU are far from linear. */
function valuesOf(options: GptOptions): Float32Array {
  const random = createRandom(5);
  return Float32Array.from(
    { length: tokenParameters(gpt(options)).reduce((n, { dims }) => n + sizeOf(dims), 0) },
    () => 0.7 * random.gaussian(),
  );
}

const int64 = (rows: readonly (readonly number[])[]): Tensor =>
  tensor('int64', [rows.length, rows[0]!.length], BigInt64Array.from(rows.flat(), BigInt));

async function run(model: Model, feeds: Record<string, Tensor>): Promise<Readonly<Record<string, Tensor>>> {
  const opened = await openModel(model);
  try {
    return await opened.run(feeds);
  } finally {
    await opened.dispose();
  }
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) expect(Math.abs(actual[i]! - value)).toBeLessThan(tolerance);
}

const named = (options: GptOptions) => namedTokenValues(gpt(options), valuesOf(options));
const referenceOf = (options: GptOptions, sequence = ids) => {
  const values = named(options);
  const parameters = new Map(tokenParameters(gpt(options)).map(({ name, dims }) => [name, { dims, data: values.get(name)! }]));
  return naiveGpt(gpt(options), parameters, sequence);
};

describe('a GPT', () => {
  it.each([
    ['tied, without biases', sizes],
    ['untied, with biases', { ...sizes, tied: false, bias: true }],
    ['with rotary positions', { ...sizes, positions: 'rotary' as const }],
  ])('computes what plain loops in double precision compute: %s', async (_, options) => {
    const model = exportTokenNetwork(gpt(options), named(options));
    const { logits } = await run(model, { input_ids: int64([ids, [...ids].reverse()]) });
    expectClose(
      logits!.data as Float32Array,
      [ids, [...ids].reverse()].flatMap((sequence) => referenceOf(options, sequence).logits.flat()),
    );
  });

  it('is, without dropout, the graph that is trained: the loss is that of the exported scores', async () => {
    const options = { ...sizes, dropout: 0.5 };
    const { model: withMasks, masks, parameters } = nextToken(gpt(options));
    expect(masks.map(({ name }) => name)).toHaveLength(1 + 3 * sizes.layers);
    const values = named(options);
    const ones = masks.map(({ name, dims }) => [
      name,
      tensor('float32', [2, ...dims], new Float32Array(2 * sizeOf(dims)).fill(1)),
    ]);
    const weights = parameters.map(({ name, dims }) => [name, tensor('float32', dims, values.get(name)!)]);
    const targets = [[1, 10, 0, 3, 7, 2, 5], ids];
    const { loss } = await run(withMasks, {
      ...Object.fromEntries([...ones, ...weights]),
      input_ids: int64([ids, targets[0]!]),
      target: int64(targets),
    });
    const own = [ids, targets[0]!].flatMap((sequence, n) =>
      referenceOf(options, sequence).logits.map((scores, place) => {
        const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
        return Math.log(sum) - scores[targets[n]![place]!]!;
      }),
    );
    expectClose(loss!.data as Float32Array, [own.reduce((a, b) => a + b, 0) / own.length]);
  });

  it.each(['learned', 'rotary'] as const)(
    'says the same with the keys and values of earlier tokens as without, however the tokens are cut: %s places',
    async (positions) => {
      const options = { ...sizes, positions };
      const model = exportTokenNetwork(gpt(options), named(options), { cache: true });
      const opened = await openModel(model);
      const none = tensor('float32', [1, sizes.heads, 0, sizes.width / sizes.heads], new Float32Array());
      let past: Record<string, Tensor> = Object.fromEntries(
        model.graph.inputs.filter(({ name }) => name.startsWith('past')).map(({ name }) => [name, none]),
      );
      const scores: number[] = [];
      for (const part of [ids.slice(0, 3), ids.slice(3, 4), ids.slice(4)]) {
        const given = await opened.run({ input_ids: int64([part]), ...past });
        scores.push(...(given.logits!.data as Float32Array));
        past = Object.fromEntries(Object.keys(past).map((name) => [name, given[name.replace('past_key_values', 'present')]!]));
      }
      await opened.dispose();
      expectClose(scores, referenceOf(options).logits.flat());
      expect(past['past_key_values.1.value']!.dims).toEqual([1, 2, 7, 4]);
    },
  );

  it('names the values inside as tools for interpretability do, and their shapes are known', async () => {
    const model = exportTokenNetwork(gpt(sizes), named(sizes));
    const types = inferShapes(model);
    expect(types.get('resid_post.1')?.shape).toEqual(['n', 's', 8]);
    expect(types.get('attn_probs.0')?.shape).toEqual(['n', 2, 's', 's']);
    expect(types.get('mlp_act.1')?.shape?.at(-1)).toBe(32);
    const tapped = { ...model, graph: { ...model.graph, outputs: [{ name: 'attn_probs.1', type: types.get('attn_probs.1')! }] } };
    const { 'attn_probs.1': probabilities } = await run(tapped, { input_ids: int64([ids]) });
    expectClose(probabilities!.data as Float32Array, referenceOf(sizes).attention[1]!.flat(2));
  });

  it('has the size of the published one: 804,096 parameters in the setting for CPUs of nanoGPT, 124 million as GPT-2', () => {
    const count = (options: GptOptions): number => tokenParameters(gpt(options)).reduce((sum, { dims }) => sum + sizeOf(dims), 0);
    expect(count({ vocabulary: 65, block: 64, layers: 4, heads: 4, width: 128 })).toBe(804_096);
    expect(count({ vocabulary: 50_257, block: 1024, layers: 12, heads: 12, width: 768, bias: true })).toBe(124_439_808);
  });

  it('refuses heads that do not divide the width, and values of another size', () => {
    expect(() => gpt({ ...sizes, heads: 3 })).toThrow('3 heads cannot share a width of 8');
    expect(() => exportTokenNetwork(gpt(sizes), new Map())).toThrow('"token.weight" has shape [11,8]');
  });
});
