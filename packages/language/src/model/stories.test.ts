import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BLOCK_POINTS } from '../anatomy/anatomy.js';
import { sharedJson, sharedModel } from '../testing/shared.node.js';
import type { LanguageModel } from './languageModel.js';
import { openLanguageModel } from './openLanguageModel.node.js';

const file = sharedModel('stories260k/model.onnx');

describe.skipIf(file === null)('the story model of 260 thousand parameters', () => {
  let model: LanguageModel;
  const reference = sharedJson('stories260k/reference.json') as { prompt: string; greedy_ids: number[]; text: string };
  beforeAll(async () => {
    model = await openLanguageModel(file!.replace(/.model\.onnx$/, ''));
  });
  afterAll(() => model?.dispose());

  it('passes its self-test when opened, with errors below 1e-4', () => {
    expect(model.test!.measured.length).toBeGreaterThanOrEqual(5);
    for (const { claim, error } of model.test!.measured) expect(error, claim).toBeLessThan(1e-4);
    expect([model.context, model.ends]).toEqual([512, [2]]);
  });

  it('serves every canonical point', async () => {
    const names = [
      'embeddings',
      ...[0, 1, 2, 3, 4].flatMap((layer) => BLOCK_POINTS.map((name) => `${name}.${layer}`)),
      'final_norm',
      'logits',
    ];
    expect([...model.points.keys()]).toEqual(names);
    const { points } = await model.run(reference.prompt, { taps: names });
    expect(points['k.0']!.dims).toEqual([16, 4, 8]);
    for (const name of names)
      expect(
        points[name]!.data.some((value) => value !== 0),
        name,
      ).toBe(true);
  });

  it("generates the reference's tokens and text", async () => {
    const prompt = model.ids(reference.prompt);
    const result = await model.complete(reference.prompt, { maxTokens: reference.greedy_ids.length - prompt.length });
    expect([...prompt, ...result.ids]).toEqual(reference.greedy_ids);
    expect(reference.prompt + result.text).toBe(reference.text);
    expect(result.steps.map(({ text }) => text).join('')).toBe(result.text);
    expect(result.finish).toBe('length');
  });

  it('draws the same text by the same seed, and stops at a text', async () => {
    const options = { maxTokens: 30, temperature: 0.9, topK: 40, topP: 0.95, repetitionPenalty: 1.1, seed: 5 };
    const [a, b] = [await model.complete('Once', options), await model.complete('Once', options)];
    expect(a.ids).toEqual(b.ids);
    expect((await model.complete('Once', { ...options, seed: 6 })).ids).not.toEqual(a.ids);
    const stop = a.text.slice(8, 14);
    const stopped = await model.complete('Once', { ...options, stop: [stop] });
    expect([stopped.finish, stopped.text]).toEqual(['stop', a.text.slice(0, a.text.indexOf(stop))]);
  });

  it('is what it was under a clamp of strength zero, bit for bit', async () => {
    const clamps = [{ point: 'resid_post.2', kind: 'add', value: 3, strength: 0 }] as const;
    const [plain, idle] = [
      await model.run('Once upon', { taps: ['logits'] }),
      await model.run('Once upon', { taps: ['logits'], clamps }),
    ];
    expect(Buffer.from(idle.logits!.data.buffer)).toEqual(Buffer.from(plain.logits!.data.buffer));
    const steered = await model.complete('Once upon', { maxTokens: 12, clamps: [{ ...clamps[0], strength: 1 }] });
    const [a, b] = [
      await model.complete('Once upon', { maxTokens: 12 }),
      await model.complete('Once upon', { maxTokens: 12, clamps }),
    ];
    expect(b.steps.map(({ logprob }) => logprob)).toEqual(a.steps.map(({ logprob }) => logprob));
    expect(steered.ids).not.toEqual(a.ids);
  });
});
