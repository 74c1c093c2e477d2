import { WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { naiveGpt } from '../testing/naiveGpt.js';
import { textBatches } from '../text/textBatches.task.js';
import { textData } from '../text/textData.js';
import { textTokenizer } from '../text/textTokenizer.js';
import type { CourseCheckpoint, CourseWeights } from '../training/course.node.js';
import { evaluateText } from './evaluateText.node.js';
import { exportTokenNetwork, namedTokenValues, tokenParameters } from './exportGpt.js';
import { gptCard } from './gptCard.js';
import { gptModel } from './gptModel.js';
import { type GptSettings, NANO_GPT } from './gptSettings.js';
import { gptOf, type TextEvent, trainGpt } from './trainGpt.node.js';

const verse = 'The quick brown fox jumps over the lazy dog; the dog sleeps on. ';
const data = textData([verse.repeat(12)], { name: 'verse', tokenizer: { kind: 'char' }, holdOut: 0.25 });
const settings: GptSettings = {
  ...{ ...NANO_GPT, layers: 2, heads: 2, width: 32, block: 24, steps: 24, batchSize: 6, warmupSteps: 4, evaluateEvery: 6 },
  seed: 3,
};
const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.dispose());

/** Mean over the places of a block of the entropy of the next character of an endless repetition, given those before it in the block; nats. */
function ambiguity(text: string, block: number): number {
  let sum = 0;
  for (let known = 1; known <= block; known++) {
    const [contexts, continued] = [new Map<string, number>(), new Map<string, number>()];
    for (let i = 0; i < text.length; i++) {
      const seen = text.repeat(3).slice(i, i + known + 1);
      continued.set(seen, (continued.get(seen) ?? 0) + 1);
      contexts.set(seen.slice(0, -1), (contexts.get(seen.slice(0, -1)) ?? 0) + 1);
    }
    for (const [seen, times] of continued) sum -= (times / text.length) * Math.log(times / contexts.get(seen.slice(0, -1))!);
  }
  return sum / block;
}

const plain = (events: readonly TextEvent[]): unknown[] => events.map((event) => ({ ...event, tokensPerSecond: 0, ms: 0 }));

describe('training a GPT', () => {
  it('learns a short text by heart: nothing is left but what no reader of so few characters can know', async () => {
    const losses: number[] = [];
    const { network, weights } = await trainGpt({
      settings: { ...settings, steps: 320, learningRate: 6e-3, evaluateEvery: 320 },
      ...{ data, pool },
      onEvent: (event) => void (event.kind === 'text' && losses.push(event.loss)),
    });
    expect(losses[0]).toBeGreaterThan(2.5);
    const unknowable = ambiguity(verse, settings.block);
    expect(unknowable).toBeCloseTo(0.047, 3);
    expect(losses.at(-1)).toBeLessThan(unknowable + 0.04);
    const model = gptModel(network, weights, data.tokenizer, { half: true });
    const { loss } = await evaluateText(model, data.validation!, { pool, block: settings.block });
    expect(Math.abs(loss - unknowable)).toBeLessThan(0.1);
    expect(model.metadata.get('incognita.context')).toBe('24');
  });

  it('gives the same bytes on one worker as on two, and goes on from any checkpoint as if it had not stopped', async () => {
    const patient: GptSettings = { ...settings, dropout: 0.1, averageDecay: 0.9, keep: 'best', patience: 3 };
    const events: TextEvent[] = [];
    const checkpoints: { checkpoint: CourseCheckpoint; best: CourseWeights | null; events: number }[] = [];
    let best: CourseWeights | null = null;
    const whole = await trainGpt({
      ...{ settings: patient, data, pool, checkpointEvery: 5 },
      onEvent: (event) => void events.push(event),
      onBest: (weights) => {
        best = weights;
      },
      onCheckpoint: (checkpoint) => void checkpoints.push({ checkpoint, best, events: events.length }),
    });
    expect(checkpoints.map(({ checkpoint }) => checkpoint.step)).toEqual([5, 10, 15, 20, 24]);
    const alone = new WorkerPool({ workers: 1 });
    const { checkpoint, best: until, events: before } = checkpoints[1]!;
    const later: TextEvent[] = [];
    const again = await trainGpt({
      ...{ settings: patient, data, pool: alone, resume: { checkpoint, best: until } },
      onEvent: (event) => void later.push(event),
    });
    await alone.dispose();
    expect(again.weights).toEqual(whole.weights);
    expect(plain(later)).toEqual(plain(events.slice(before)));
  });

  it('ends after so many evaluations without a better one, and gives the checkpoint of the step in progress when it is aborted', async () => {
    const stuck: GptSettings = { ...settings, learningRate: 1e-12, steps: 500, patience: 2, keep: 'best' };
    expect(await trainGpt({ settings: stuck, data, pool })).toMatchObject({ step: 6, steps: 18 });
    const abort = new AbortController();
    const saved: number[] = [];
    const work = trainGpt({
      ...{ settings, data, pool, signal: abort.signal },
      onEvent: () => abort.abort(),
      onCheckpoint: ({ step }) => void saved.push(step),
    });
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect(saved).toEqual([6]);
  });

  it('measures every held-out token but the first once, as plain loops do', async () => {
    const network = gptOf(settings, textTokenizer(data.tokenizer).vocabulary);
    const parameters = tokenParameters(network);
    const values = Float32Array.from(
      { length: parameters.reduce((n, { dims }) => n + dims.reduce((a, b) => a * b, 1), 0) },
      (_, i) => Math.sin(i),
    );
    const named = namedTokenValues(network, values);
    const tokens = data.validation!.slice(0, 24 * 2 + 6);
    const { loss, tokens: predicted } = await evaluateText(exportTokenNetwork(network, named, { cache: true }), tokens, {
      ...{ pool, block: 24 },
    });
    expect(predicted).toBe(53);
    const forReference = new Map(parameters.map(({ name, dims }) => [name, { dims, data: named.get(name)! }]));
    let sum = 0;
    for (let start = 0; start < 53; start += 24) {
      const ids = [...tokens.slice(start, Math.min(start + 24, 53))];
      for (const [i, scores] of naiveGpt(network, forReference, ids).logits.entries())
        sum += Math.log(scores.reduce((total, score) => total + Math.exp(score), 0)) - scores[tokens[start + i + 1]!]!;
    }
    expect(loss).toBeCloseTo(sum / 53, 3);
  });

  it('begins and measures at texts where it is told to, and then knows what a text said at its beginning', async () => {
    // The last word of a text is its first; in windows that begin anywhere it often cannot be known.
    const words = ['ash', 'bee', 'cow', 'dew', 'elk', 'fir', 'gnu', 'hay'];
    const sayings = Array.from(
      { length: 240 },
      (_, i) => `${words[(i * 5 + (i >> 3)) % 8]} goes and comes ${words[(i * 5 + (i >> 3)) % 8]}`,
    );
    const said = textData(sayings, { name: 'sayings', tokenizer: { kind: 'char' }, holdOut: 0.1 });
    const lossOf = async (begin: GptSettings['begin']): Promise<number> => {
      const losses: number[] = [];
      await trainGpt({
        settings: { ...settings, begin, steps: 240, learningRate: 1e-2, evaluateEvery: 240 },
        ...{ data: said, pool },
        onEvent: (event) => void (event.kind === 'textEvaluation' && losses.push(event.loss)),
      });
      return losses.at(-1)!;
    };
    const [texts, anywhere] = [await lossOf('texts'), await lossOf('anywhere')];
    // A word of eight, once in 22 characters.
    expect(texts).toBeLessThan(Math.log(8) / 22 + 0.06);
    expect(anywhere).toBeGreaterThan(texts + 0.04);
    await expect(trainGpt({ settings: { ...settings, begin: 'texts' }, data, pool })).rejects.toThrow('"verse" is a single text');
  });

  it('draws stretches anywhere in the text, with the tokens that follow as targets, the same however a batch is cut', async () => {
    const make = textBatches({ tokens: data.training, block: 5, seed: 1 });
    const whole = await make({ step: 7, from: 0, examples: 4 });
    const part = await make({ step: 7, from: 2, examples: 2 });
    const [ids, target] = [whole.input_ids!.data as BigInt64Array, whole.target!.data as BigInt64Array];
    expect(part.input_ids!.data).toEqual(ids.slice(10));
    expect(ids.slice(1, 5)).toEqual(target.slice(0, 4));
    const text = data.training.join();
    for (let e = 0; e < 4; e++) expect(text).toContain([...ids.slice(5 * e, 5 * e + 5), target[5 * e + 4]!].join());
    expect(() => textBatches({ tokens: data.training, block: 10_000, seed: 1 })).toThrow('too short for blocks of 10000');
  });

  it('says on its card what it is, how well it foresees, and how to make it again', () => {
    const facts = {
      ...{ network: gptOf(settings, 30), data, settings, changes: [], step: 6, steps: 24, half: true, engine: 'E' },
      ...{ foresight: { tokens: 191, loss: 1.5 }, command: 'do it' },
    };
    expect(gptCard(facts)).toMatch(/1\.5000 nats a token, a perplexity of 4\.48, on 191 held-out.*last 25 % of the text.*do it/s);
    expect(gptCard({ ...facts, foresight: null })).toContain('Nothing was held out');
  });
});
