import { openModel } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { classification } from '../loss/classification.js';
import { alexNet64 } from '../network/alexNet64.js';
import { multiLayerPerceptron } from '../network/multiLayerPerceptron.js';
import { exportNetwork, type Network, namedValues } from '../network/network.js';
import { spirals } from '../testing/spirals.task.js';
import { type TrainOptions, train } from './train.node.js';

const loader = { module: new URL('../../dist/testing/spirals.task.js', import.meta.url).href, export: 'spirals' };
const perceptron = multiLayerPerceptron({ inputShape: [2], classes: 2, hidden: [32, 32] });

const settings = (network: Network, points: number): TrainOptions => ({
  problem: classification(network),
  batches: { loader, options: { points, shape: network.inputShape }, examplesPerEpoch: points },
  batchSize: 64,
  steps: 300,
  optimizer: { kind: 'adamw', weightDecay: 0.01 },
  learningRate: 1e-2,
  schedule: { kind: 'cosine', warmupSteps: 10 },
  clipNorm: 5,
  seed: 3,
});

describe('training', () => {
  it('fits 64 examples to a loss near zero, and the exported network labels them all', async () => {
    const losses: number[] = [];
    const result = await train({ ...settings(perceptron, 64), onStep: ({ loss }) => void losses.push(loss) });
    expect(losses[0]).toBeGreaterThan(0.4);
    expect(losses.at(-1)).toBeLessThan(0.01);
    const model = await openModel(exportNetwork(perceptron, namedValues(perceptron, result)));
    const { input, label } = await spirals({ points: 64, shape: [2] })({ step: 0, from: 0, examples: 64 });
    const { output } = await model.run({ input: input! });
    await model.dispose();
    const scores = output!.data as Float32Array;
    const right = Array.from(label!.data as BigInt64Array, (c, i) => scores[2 * i + 1]! > scores[2 * i]! === (c === 1n));
    expect(right.every(Boolean)).toBe(true);
  });

  it('gives the same bytes again, on one worker as on two, and when it is stopped and resumed', async () => {
    const options = { ...settings(alexNet64({ classes: 2, width: 0.05 }), 40), steps: 5, batchSize: 4, averageDecay: 0.9 };
    const whole = await train(options);
    expect(await train({ ...options, workers: 1 })).toEqual(whole);
    const half = await train({ ...options, onStep: ({ step, stop }) => (step === 2 ? stop() : undefined) });
    expect(half.step).toBe(2);
    expect(await train({ ...options, resume: half })).toEqual(whole);
    expect(await train({ ...options, seed: 4 })).not.toEqual(whole);
  });

  it('keeps an average of the parameters that forgets where they began', async () => {
    const seen: Float32Array[] = [];
    const options = { ...settings(perceptron, 64), steps: 6, averageDecay: 0.3 };
    const { average } = await train({ ...options, onStep: ({ checkpoint }) => void seen.push(checkpoint().values) });
    const first = await train({ ...options, steps: 0 });
    const expected = seen.reduce((mean, values, t) => {
      const decay = Math.min(0.3, (1 + t) / (10 + t));
      return mean.map((value, i) => value + (1 - decay) * (values[i]! - value));
    }, first.values);
    for (const [i, value] of average!.entries()) expect(value).toBeCloseTo(expected[i]!, 5);
  });

  it('stops at a loss that is no number, and names the step', async () => {
    await expect(
      train({ ...settings(perceptron, 64), learningRate: 1e30, optimizer: { kind: 'sgd' }, clipNorm: Infinity }),
    ).rejects.toThrow(/no number any more at step \d+/);
  });

  it('refuses a batch that cannot be cut into equal parts', async () => {
    await expect(train({ ...settings(perceptron, 64), batchSize: 65 })).rejects.toThrow('65 examples cannot be cut into 2');
  });
});
