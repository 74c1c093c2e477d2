import { classOutput } from '@incognita/onnx';
import { createRandom, openModel, tensor, WorkerPool } from '@incognita/runtime';
import { resolvePreprocessing } from '@incognita/vision';
import { afterAll, describe, expect, it } from 'vitest';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import type { ClassifierData } from './classifierData.js';
import { classifierModel } from './classifierModel.js';
import type { ClassifierEvent } from './events.js';
import { modelCard } from './modelCard.js';
import type { ClassifierSettings } from './settings.js';
import { type ClassifierCheckpoint, type TrainedWeights, trainClassifier } from './trainClassifier.node.js';

const sidePx = 8;

/** Noisy pictures in red, green and blue. */
function colours(count: number, seed: number): LabelledPictures {
  const random = createRandom(seed);
  const pixels = new Uint8Array(new SharedArrayBuffer(count * 4 * sidePx ** 2));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 3);
  for (let i = 0; i < pixels.length; i++) {
    const [picture, channel] = [Math.floor(i / (4 * sidePx ** 2)), i % 4];
    pixels[i] = channel === 3 ? 255 : random.integer(120) + (channel === labels[picture] ? 100 : 0);
  }
  return { pixels, sidePx, labels, styles: new Int32Array(count) };
}

const data: ClassifierData = {
  ...{ name: 'colours', description: 'Noise in three colours.', heldOut: 'other noise', licences: [], skipped: [], warnings: [] },
  ...{ classNames: ['red', 'green', 'blue'], training: colours(30, 1), validation: colours(12, 2) },
};
const settings: ClassifierSettings = {
  ...{ network: 'linear', width: 1, steps: 25, batchSize: 8, shards: 2, optimizer: { kind: 'adamw' }, learningRate: 1e-3 },
  ...{ warmupSteps: 2, labelSmoothing: 0, clipNorm: 5, averageDecay: 0.5, augmentation: 'light', flip: true, seed: 1 },
  ...{ evaluateEvery: 6, patience: null, keep: 'best' },
};
const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.dispose());

describe('training a classifier', () => {
  it('goes on from any checkpoint as if it had not stopped, events and best weights included', async () => {
    const events: ClassifierEvent[] = [];
    const checkpoints: { checkpoint: ClassifierCheckpoint; best: TrainedWeights | null; events: number }[] = [];
    let best: TrainedWeights | null = null;
    const plain = (list: readonly ClassifierEvent[]): unknown[] => list.map((event) => ({ ...event, imagesPerSecond: 0, ms: 0 }));
    const options = { settings, data, pool, checkpointEvery: 4 };
    const whole = await trainClassifier({
      ...options,
      onEvent: (event) => void events.push(event),
      onBest: (weights) => {
        best = weights;
      },
      onCheckpoint: (checkpoint) => void checkpoints.push({ checkpoint, best, events: events.length }),
    });
    expect(checkpoints.map(({ checkpoint }) => checkpoint.step)).toEqual([4, 8, 12, 16, 20, 24, 25]);
    for (const { checkpoint, best: until, events: before } of [checkpoints[1]!, checkpoints[3]!, checkpoints[6]!]) {
      const later: ClassifierEvent[] = [];
      const again = await trainClassifier({
        ...options,
        resume: { checkpoint, best: until },
        onEvent: (event) => void later.push(event),
      });
      expect(again.weights).toEqual(whole.weights);
      expect(again.step).toBe(whole.step);
      expect(plain(later)).toEqual(plain(events.slice(before)));
    }
  });

  it('learns 64 pictures of noise with labels at random by heart, to a loss of zero', async () => {
    const random = createRandom(7);
    const noise = { ...colours(64, 3), labels: Int32Array.from({ length: 64 }, () => random.integer(8)) };
    const events: ClassifierEvent[] = [];
    await trainClassifier({
      ...{ pool, onEvent: (event) => void events.push(event) },
      data: { ...data, classNames: [...'abcdefgh'], training: noise, validation: noise },
      settings: {
        ...{ ...settings, network: 'mlp', width: 0.25, steps: 250, batchSize: 64, learningRate: 1e-2, averageDecay: null },
        ...{ augmentation: 'none', flip: false, evaluateEvery: 250 },
      },
    });
    const [training, evaluation] = events.slice(-2);
    expect(training).toMatchObject({ kind: 'training', accuracy: 1 });
    expect(training!.loss).toBeLessThan(0.01);
    expect(evaluation).toMatchObject({ kind: 'evaluation', top1: 1 });
    expect(evaluation!.loss).toBeLessThan(0.01);
  }, 180_000);

  it('gives the checkpoint of the step in progress when it is aborted', async () => {
    const abort = new AbortController();
    const steps: number[] = [];
    const work = trainClassifier({
      ...{ settings, data, pool, signal: abort.signal },
      onEvent: () => abort.abort(),
      onCheckpoint: ({ step }) => void steps.push(step),
    });
    await expect(work).rejects.toMatchObject({ name: 'AbortError' });
    expect(steps).toEqual([6]);
  });

  it('ends after so many evaluations without a better one, and keeps the best', async () => {
    const patient: ClassifierSettings = { ...settings, steps: 500, learningRate: 1e-12, patience: 2 };
    const last: ClassifierCheckpoint[] = [];
    const { step, steps } = await trainClassifier({
      ...{ settings: patient, data, pool },
      onCheckpoint: (c) => void last.push(c),
    });
    expect([step, steps]).toEqual([6, 18]);
    const resumed = await trainClassifier({ settings: patient, data, pool, resume: { checkpoint: last.at(-1)!, best: null } });
    expect(resumed.steps).toBe(18);
  });

  it('makes a model that says what it sees and names, in half the bytes where asked', async () => {
    const { network, weights, step, steps } = await trainClassifier({ settings, data, pool });
    const [full, half] = [false, true].map((stored) => classifierModel(network, weights, data.classNames, { half: stored }));
    expect(JSON.parse(half!.metadata.get('incognita.classes')!)).toEqual(data.classNames);
    expect(classOutput(half!)).toEqual(classOutput(full!));
    expect(resolvePreprocessing(full!)).toMatchObject({
      widthPx: 32,
      mean: [0.5, 0.5, 0.5],
      source: 'metadata',
      colorOrder: 'rgb',
    });
    const input = tensor('float32', [1, 3, 32, 32], new Float32Array(3072).fill(0.3));
    const scores = await Promise.all(
      [full!, half!].map(async (model) => {
        const opened = await openModel(model);
        const { output } = await opened.run({ input });
        await opened.dispose();
        return Array.from(output!.data as Float32Array);
      }),
    );
    for (const [i, score] of scores[0]!.entries()) expect(scores[1]![i]).toBeCloseTo(score, 2);
    const accuracy = { pictures: 12, top1: 0.75, top5: 1 };
    const facts = {
      ...{ network, data, settings, changes: [], step, steps, accuracy },
      ...{ command: 'do it', engine: 'E', half: true },
    };
    const card = modelCard(facts);
    expect(card).toMatch(/75\.0 % of 12 held-out pictures \(other noise\).*chosen by these same pictures.*not stated.*do it/s);
    expect(modelCard({ ...facts, accuracy: null })).toContain('Nothing was held out');
  });
});
