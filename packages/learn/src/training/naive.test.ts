import { describe, expect, it } from 'vitest';
import { classification } from '../loss/classification.js';
import type { Network } from '../network/network.js';
import type { OptimizerOptions } from '../optimizer/optimizer.js';
import { type NaiveParameters, naiveStep } from '../testing/naiveNetwork.js';
import { naiveOptimizer } from '../testing/naiveOptimizer.js';
import { spirals } from '../testing/spirals.task.js';
import type { Checkpoint } from './checkpoint.js';
import { initialValues } from './initialValues.js';
import { randomInputs } from './randomInputs.js';
import { train } from './train.node.js';

const [SIDE, CHANNELS, CLASSES, STEPS, BATCH, SMOOTHING, RATE, CLIP, DECAY] = [5, 3, 2, 12, 6, 0.1, 0.02, 1, 0.8];
const network: Network = {
  ...{
    name: 'small',
    description: 'Convolution, normalization, rectifier, dropout, dense.',
    inputShape: [2, SIDE, SIDE],
    outputs: CLASSES,
  },
  define(b, input) {
    const conv = b.conv(input, { name: 'features', from: 2, to: CHANNELS, kernel: 3, pad: 1, batchNorm: true });
    const hidden = b.graph.op('Flatten', [b.relu(conv)]);
    const kept = b.dropout(hidden, { name: 'drop', dims: [CHANNELS * SIDE ** 2], rate: 0.25 });
    return b.dense(kept, { name: 'scores', from: CHANNELS * SIDE ** 2, to: CLASSES });
  },
};
const problem = classification(network, { labelSmoothing: SMOOTHING });
const KEYS = ['kernel', 'scale', 'shift', 'weight', 'bias'] as const;
const points = { points: 40, shape: network.inputShape };

/** Flat values as the naive network's parameters. */
function named(flat: ArrayLike<number>): NaiveParameters {
  let at = 0;
  const take = (i: number): Float64Array => {
    const size = problem.parameters[i]!.dims.reduce((a, b) => a * b, 1);
    at += size;
    return Float64Array.from({ length: size }, (_, j) => flat[at - size + j]!);
  };
  return { kernel: take(0), scale: take(1), shift: take(2), weight: take(3), bias: take(4) };
}

/** Warm-up over three steps, then half a cosine to a tenth. */
function naiveRate(step: number): number {
  if (step < 3) return (RATE * (step + 1)) / 3;
  return RATE * (0.1 + 0.9 * 0.5 * (1 + Math.cos((Math.PI * (step - 3)) / (STEPS - 3))));
}

const kinds: OptimizerOptions[] = [
  { kind: 'sgd' },
  { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
  { kind: 'sgd', momentum: 0.8, nesterov: true, weightDecay: 0.01 },
  { kind: 'adam', weightDecay: 0.02 },
  { kind: 'adamw', weightDecay: 0.1 },
];

describe('training, against the same written by loops in double precision', () => {
  for (const optimizer of kinds)
    it(`takes the same steps: ${JSON.stringify(optimizer)}`, async () => {
      const steps: (Checkpoint & { readonly loss: number; readonly gradientNorm: number })[] = [];
      await train({
        ...{ problem, batchSize: BATCH, steps: STEPS, shards: 1, optimizer, learningRate: RATE, seed: 3 },
        batches: {
          loader: { module: new URL('../../dist/testing/spirals.task.js', import.meta.url).href, export: 'spirals' },
          ...{ options: points, examplesPerEpoch: 40 },
        },
        ...{ schedule: { kind: 'cosine', warmupSteps: 3, final: 0.1 }, clipNorm: CLIP, averageDecay: DECAY, statisticsRate: 0.2 },
        onStep: ({ loss, gradientNorm, checkpoint }) => void steps.push({ ...checkpoint(), loss, gradientNorm }),
      });
      const start = initialValues(problem.parameters, 3);
      const updates = [...start].map((value, i) => naiveOptimizer(optimizer, value, decaying(i)));
      let values = Float64Array.from(start);
      let average = Float64Array.from(start);
      let statistics = Float64Array.of(0, 0, 0, 1, 1, 1);
      let clipped = 0;
      for (let step = 0; step < STEPS; step++) {
        const { input, label } = await spirals(points)({ step, from: 0, examples: BATCH });
        const drawn = randomInputs({ masks: problem.masks, noise: [], seed: 3, step, first: 0, examples: BATCH });
        const labels = [...(label!.data as BigInt64Array)].map(Number);
        const mask = drawn['drop.mask']!.data as Float32Array;
        const naive = naiveStep(named(values), {
          input: input!.data as Float32Array,
          mask,
          labels,
          side: SIDE,
          smoothing: SMOOTHING,
        });
        const gradient = KEYS.flatMap((key) => [...naive.gradient[key]]);
        const norm = Math.hypot(...gradient);
        if (norm > CLIP) clipped++;
        const factor = norm > CLIP ? CLIP / norm : 1;
        values = values.map((_, i) => updates[i]!(gradient[i]! * factor, naiveRate(step)));
        const keep = Math.min(DECAY, (1 + step) / (10 + step));
        average = average.map((value, i) => value + (1 - keep) * (values[i]! - value));
        const measured = [...naive.mean, ...naive.variance];
        statistics = statistics.map((value, i) => value + 0.2 * (measured[i]! - value));
        const own = steps[step]!;
        expect(own.loss).toBeCloseTo(naive.loss, 5);
        expect(own.gradientNorm).toBeCloseTo(norm, 4);
        for (const [of, mine, theirs] of [
          ['values', own.values, values],
          ['average', own.average!, average],
          ['statistics', own.statistics, statistics],
        ] as const)
          expect(farthest(mine, theirs), `${of} of step ${step}`).toBeLessThan(1e-4);
      }
      expect(clipped).toBeGreaterThan(0);
      expect(farthest(steps.at(-1)!.values, start)).toBeGreaterThan(0.005);
    });
});

function decaying(i: number): boolean {
  let at = 0;
  return problem.parameters.some(({ dims, decay }) => {
    const from = at;
    at += dims.reduce((a, b) => a * b, 1);
    return decay && i >= from && i < at;
  });
}

function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  return Array.from(a, (value, i) => Math.abs(value - b[i]!)).reduce((most, value) => Math.max(most, value), 0);
}
