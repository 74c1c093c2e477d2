import { describe, expect, it } from 'vitest';
import { NotADecoderError } from '../anatomy/errors.js';
import { type OddDecoder, oddDecoder } from '../testing/oddDecoder.js';
import { openBuilt } from '../testing/openBuilt.js';
import { renamedAtRandom } from '../testing/renamed.js';
import type { LanguageModel } from './languageModel.js';

const ids = [3, 17, 8, 2, 11, 1];
const open = (odd: OddDecoder): Promise<LanguageModel> => openBuilt(renamedAtRandom(oddDecoder(odd), 5).model);

/** What the score of a query at i and a key at j is by the definition, from q · k. */
type Score = (product: number, place: { readonly head: number; readonly i: number; readonly j: number }) => number;
const scaled: Score = (product) => product / Math.sqrt(8);

const served: [string, OddDecoder, Score][] = [
  [
    'normalizes before and after each part, caps scores and logits, and scales embeddings, as Gemma 2',
    { norms: 'both', attention: 'capped', cap: 6, scale: 4 },
    (product, place) => 5 * Math.tanh(scaled(product, place) / 5),
  ],
  [
    'tells places by what it takes off the scores (ALiBi)',
    { attention: 'alibi' },
    (product, { head, i, j }) => scaled(product, { head, i, j }) - (i - j) * [0.5, 0.25][head]!,
  ],
  ['sees a window of three positions', { causal: 3 }, scaled],
  ['has a mixture of experts', { mlp: 'experts' }, scaled],
];

describe.each(served)('a decoder that %s', (_, odd, score) => {
  it('is found, with points that are what the definition says, and writes on', async () => {
    const model = await open(odd);
    expect((await model.selfTest()).measured.filter(({ holds }) => !holds)).toEqual([]);
    const names = ['q.1', 'k.1', 'v.1', 'attn_scores.1', 'attn_probs.1', 'z.1', 'resid_mid.1', 'resid_pre.1', 'attn_out.1'];
    const { points } = await model.run(ids, { taps: names });
    const [q, k, v, scores, probs, z] = names.map((name) => points[name]!.data) as Float32Array[];
    const [s, width] = [ids.length, 8];
    const row = (data: Float32Array, position: number, head: number): Float32Array =>
      data.subarray((position * 2 + head) * width, (position * 2 + head + 1) * width);
    for (let head = 0; head < 2; head++)
      for (let i = 0; i < s; i++) {
        const seen = Array.from({ length: i + 1 }, (_, j) => j).filter(
          (j) => typeof odd.causal !== 'number' || i - j < odd.causal,
        );
        const expected = seen.map((j) => score(dot(row(q!, i, head), row(k!, j, head)), { head, i, j }));
        const total = expected.reduce((sum, one) => sum + Math.exp(one), 0);
        const mixed = new Float64Array(width);
        for (const [n, j] of seen.entries()) {
          const share = Math.exp(expected[n]!) / total;
          expect(scores![(head * s + i) * s + j]).toBeCloseTo(expected[n]!, 4);
          expect(probs![(head * s + i) * s + j]).toBeCloseTo(share, 5);
          for (const [d, value] of row(v!, j, head).entries()) mixed[d]! += share * value;
        }
        for (const [d, value] of mixed.entries()) expect(row(z!, i, head)[d]).toBeCloseTo(value, 4);
      }
    for (const [n, value] of points['resid_mid.1']!.data.entries())
      expect(points['resid_pre.1']!.data[n]! + points['attn_out.1']!.data[n]!).toBeCloseTo(value, 4);
    const { ids: made, text: _text } = await model.complete(ids, { maxTokens: 4 });
    const { logits } = await model.run([...ids, ...made.slice(0, -1)]);
    const last = logits!.data.subarray(-23);
    expect(made.at(-1)).toBe(last.indexOf(Math.max(...last)));
    await model.dispose();
  });
});

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

describe('a mixture of experts', () => {
  it('has all points but those inside its experts, which are refused by name', async () => {
    const model = await open({ mlp: 'experts' });
    const refused = [...model.points.values()].filter((point) => 'refused' in point);
    expect(refused.map(({ name }) => name)).toEqual(['mlp_in.0', 'mlp_pre.0', 'mlp_act.0', 'mlp_in.1', 'mlp_pre.1', 'mlp_act.1']);
    await expect(model.run(ids, { taps: ['mlp_act.1'] })).rejects.toThrow('as in a mixture of experts');
    const without = await model.run(ids, {
      clamps: [{ point: 'mlp_out.1', kind: 'zero' }],
      taps: ['mlp_out.1', 'resid_mid.1', 'resid_post.1'],
    });
    expect(without.points['resid_post.1']!.data).toEqual(without.points['resid_mid.1']!.data);
    await model.dispose();
  });
});

const refused: [string, OddDecoder, RegExp][] = [
  ['normalizes the stream itself', { norms: 'after' }, /normalized after each addition \(post-norm/],
  ['is BERT', { norms: 'after', causal: false }, /post-norm, as in the first transformers, BERT/],
  ['attends without a softmax', { attention: 'relu' }, /linear attention, state-space models/],
  ['is a part of a model', { vectors: true }, /No input is looked up in a table of embeddings; inputs are vectors/],
  [
    'also reads what an encoder gives',
    { cross: true },
    /"encoder_hidden_states".*is neither tokens, mask, positions nor a cache/,
  ],
];

it.each(refused)('a network that %s is refused, and is told why', async (_, odd, reason) => {
  const error = await openBuilt(oddDecoder(odd)).then(
    () => null,
    (thrown: Error) => thrown,
  );
  expect(error).toBeInstanceOf(NotADecoderError);
  expect(error!.message).toMatch(reason);
});

it('a network whose positions see those ahead can be read, but does not write on once that was measured', async () => {
  const model = await open({ causal: false });
  const { holds, measured } = await model.selfTest();
  expect([holds, measured.filter((one) => !one.holds).map(({ claim }) => claim)]).toEqual([false, ['attention looks back only']]);
  expect((await model.run(ids, { taps: ['attn_probs.0'] })).points['attn_probs.0']!.dims).toEqual([2, 6, 6]);
  await expect(model.complete(ids)).rejects.toThrow(/looks at later positions, too .* it reads texts and cannot write on/);
  await model.dispose();
});
