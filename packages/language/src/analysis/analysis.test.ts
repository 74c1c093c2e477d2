import { createRandom } from '@incognita/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../model/languageModel.js';
import { type NaiveEdit, naiveDecoder } from '../testing/naiveDecoder.js';
import { openBuilt } from '../testing/openBuilt.js';
import { tinyDecoder } from '../testing/tinyDecoder.js';
import { TINY, tinyWeights } from '../testing/tinyWeights.js';
import { directLogitAttribution } from './attribution.js';
import { clampEffect } from './clampEffect.js';
import { headAblation } from './headAblation.js';
import { headScores } from './headScores.js';
import { logitLens } from './logitLens.js';
import { activationPatching } from './patching.js';

const weights = tinyWeights(5);
const ids = [3, 17, 8, 25, 40, 1, 17];
const { heads, head, width, vocabulary, layers } = TINY;
let model: LanguageModel;
beforeAll(async () => {
  model = await openBuilt(tinyDecoder(weights, { dialect: 'genai' }));
});
afterAll(() => model?.dispose());

const rms = (x: readonly number[]): number => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length + TINY.epsilon);
const logitsOf = (x: readonly number[], scale = rms(x)): number[] =>
  Array.from({ length: vocabulary }, (_, t) =>
    x.reduce((sum, v, i) => sum + (v / scale) * weights.norm[i]! * weights.unembedding.data[i * vocabulary + t]!, 0),
  );
const logSoftmax = (x: readonly number[]): number[] => {
  const total = Math.log(x.reduce((sum, v) => sum + Math.exp(v), 0));
  return x.map((v) => v - total);
};
const rowAt = (values: readonly number[], p: number, size: number): number[] => values.slice(p * size, (p + 1) * size);
const loss = (text: readonly number[], edit?: NaiveEdit): number => {
  const { logits } = naiveDecoder(weights, text, edit);
  const terms = text.slice(1).map((next, p) => -logSoftmax(rowAt(logits!, p, vocabulary))[next]!);
  return terms.reduce((a, b) => a + b, 0) / terms.length;
};

describe('the logit lens', () => {
  it('reads every stream with the end of the model, as loops do', async () => {
    const { streams, cells } = await logitLens(model, ids, { top: 3 });
    const points = naiveDecoder(weights, ids);
    expect(streams).toEqual(['resid_pre.0', 'resid_post.0', 'resid_post.1']);
    for (const [s, name] of streams.entries())
      for (const p of ids.keys()) {
        const expected = logSoftmax(logitsOf(rowAt(points[name]!, p, width)));
        const order = expected.map((_, i) => i).sort((a, b) => expected[b]! - expected[a]!);
        const { top, nextLogprob } = cells[s]![p]!;
        expect(top.map(({ id }) => id)).toEqual(order.slice(0, 3));
        expect(top[0]!.logprob).toBeCloseTo(expected[order[0]!]!, 3);
        if (p + 1 < ids.length) expect(nextLogprob).toBeCloseTo(expected[ids[p + 1]!]!, 3);
      }
  });
});

describe('direct logit attribution', () => {
  it('splits a logit into heads, MLPs and embeddings that add up to it', async () => {
    const { contributions, logit, sum } = await directLogitAttribution(model, ids, { token: 7, position: 5 });
    const points = naiveDecoder(weights, ids);
    expect(logit).toBeCloseTo(rowAt(points.logits!, 5, vocabulary)[7]!, 3);
    expect(sum).toBeCloseTo(logit, 3);
    const scale = rms(rowAt(points[`resid_post.${layers - 1}`]!, 5, width));
    const share = (w: readonly number[]): number => logitsOf(w, scale)[7]!;
    const value = (name: string): number => contributions.find((one) => one.name === name)!.value;
    expect(value('embeddings')).toBeCloseTo(share(rowAt(points.embeddings!, 5, width)), 3);
    expect(value('mlp 1')).toBeCloseTo(share(rowAt(points['mlp_out.1']!, 5, width)), 3);
    const z = rowAt(points['z.0']!, 5, heads * head);
    const { o } = weights.blocks[0]!;
    const written = Array.from({ length: width }, (_, j) =>
      Array.from({ length: head }, (_, i) => z[2 * head + i]! * o.data[(2 * head + i) * width + j]!).reduce((a, b) => a + b, 0),
    );
    expect(value('head 0.2')).toBeCloseTo(share(written), 3);
    expect(contributions).toHaveLength(1 + layers * (heads + 2) + 1);
  });

  it('splits the difference of two logits', async () => {
    const one = await directLogitAttribution(model, ids, { token: 7, against: 9 });
    const logits = rowAt(naiveDecoder(weights, ids).logits!, 6, vocabulary);
    expect(one.sum).toBeCloseTo(logits[7]! - logits[9]!, 3);
  });
});

describe('activation patching', () => {
  it('gives the grid that loops give, by positions and by heads', async () => {
    const corrupted = [3, 17, 30, 25, 40, 1, 17];
    const [answer, wrong] = [4, 11];
    const clean = naiveDecoder(weights, ids);
    const difference = (logits: readonly number[]): number => {
      const row = rowAt(logits, ids.length - 1, vocabulary);
      return row[answer]! - row[wrong]!;
    };
    const [best, worst] = [difference(clean.logits!), difference(naiveDecoder(weights, corrupted).logits!)];
    const share = (name: string, from: number, size: number, stride = 0): number => {
      const { logits } = naiveDecoder(weights, corrupted, (point, value) => {
        if (point !== name) return;
        for (let at = from; at < value.length; at += stride === 0 ? value.length : stride)
          for (let i = 0; i < size; i++) value[at + i] = clean[name]![at + i]!;
      });
      return (difference(logits!) - worst) / (best - worst);
    };
    const grid = await activationPatching(model, { clean: ids, corrupted, answer, wrong, point: 'resid_pre' });
    expect([grid.clean, grid.corrupted].map((v) => v.toFixed(3))).toEqual([best.toFixed(3), worst.toFixed(3)]);
    // Before the first block only the token that differs matters.
    expect(grid.recovered[0]!.map((v) => Math.round(v * 100) / 100 + 0)).toEqual([0, 0, 1, 0, 0, 0, 0]);
    const layer1 = ids.map((_, p) => share('resid_post.0', p * width, width));
    for (const [p, value] of layer1.entries()) expect(grid.recovered[1]![p]).toBeCloseTo(value, 2);
    const byHead = await activationPatching(model, { clean: ids, corrupted, answer, wrong, point: 'z' });
    expect(byHead.columns).toBe('head');
    for (let h = 0; h < heads; h++) expect(byHead.recovered[1]![h]).toBeCloseTo(share('z.1', h * head, head, heads * head), 2);
  });

  it('refuses texts of different lengths', async () => {
    const options = { clean: [1, 2], corrupted: [1, 2, 3], answer: 1, wrong: 2, point: 'resid_pre' } as const;
    await expect(activationPatching(model, options)).rejects.toThrow(/2 tokens, the corrupted one 3/);
  });
});

describe('head ablation', () => {
  it.each(['zero', 'mean'] as const)('measures what the loss rises by without each head (%s)', async (kind) => {
    const { loss: given, rise } = await headAblation(model, [ids], { kind });
    expect(given).toBeCloseTo(loss(ids), 3);
    const z = naiveDecoder(weights, ids);
    for (const [layer, h] of [
      [0, 1],
      [1, 3],
    ] as const) {
      const edit: NaiveEdit = (point, value) => {
        if (point !== `z.${layer}`) return;
        for (let i = h * head; i < (h + 1) * head; i++) {
          const mean = ids.reduce((sum, _, t) => sum + z[point]![t * heads * head + i]!, 0) / ids.length;
          for (const t of ids.keys()) value[t * heads * head + i] = kind === 'zero' ? 0 : mean;
        }
      };
      expect(rise[layer]![h]).toBeCloseTo(loss(ids, edit) - loss(ids), 3);
    }
  });
});

describe('head scores', () => {
  it('are the means of attention patterns that loops give', async () => {
    const scores = await headScores(model, { length: 8, seed: 3 });
    expect(scores).toHaveLength(layers * heads);
    const { points } = await model.run(repeated(8, 3), { taps: ['attn_probs.1'] });
    const { data } = points['attn_probs.1']!;
    const at = (h: number, q: number, k: number): number => data[(h * 16 + q) * 16 + k]!;
    const mean = (from: number, back: number): number => {
      const values = Array.from({ length: 16 - from }, (_, i) => at(2, from + i, from + i - back));
      return values.reduce((a, b) => a + b, 0) / values.length;
    };
    const score = scores.find((one) => one.layer === 1 && one.head === 2)!;
    expect([score.induction, score.previous, score.duplicate].map((v) => v.toFixed(5))).toEqual(
      [mean(8, 7), mean(1, 1), mean(8, 8)].map((v) => v.toFixed(5)),
    );
  });
});

describe('the effect of a clamp', () => {
  it('is nothing for a clamp that does nothing, and a divergence otherwise', async () => {
    const none = await clampEffect(model, ids, [{ point: 'z.0', kind: 'scale', value: 1 }]);
    expect(none.divergence.every((v) => v === 0)).toBe(true);
    const some = await clampEffect(model, ids, [{ point: 'resid_post.0', kind: 'add', value: 1, positions: [3] }]);
    expect(some.divergence.slice(0, 3).every((v) => Math.abs(v) < 1e-9)).toBe(true);
    expect(some.divergence[3]).toBeGreaterThan(1e-3);
    const edit: NaiveEdit = (point, value) => {
      if (point === 'resid_post.0') for (let i = 3 * width; i < 4 * width; i++) value[i]! += 1;
    };
    expect(some.lossRise).toBeCloseTo(loss(ids, edit) - loss(ids), 3);
  });
});

/** The random tokens that headScores draws, twice. */
function repeated(n: number, seed: number): number[] {
  const random = createRandom(seed);
  const once = Array.from({ length: n }, () => random.integer(vocabulary));
  return [...once, ...once];
}
