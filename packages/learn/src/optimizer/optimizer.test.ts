import { describe, expect, it } from 'vitest';
import { naiveOptimizer } from '../testing/naiveOptimizer.js';
import { type OptimizerOptions, updateParameters } from './optimizer.js';
import { scheduleFactor } from './schedule.js';

/** What the published rule makes of a number under these gradients, step by step. */
function naive(options: OptimizerOptions, start: number, gradients: readonly number[], rate: number, decays: boolean): number[] {
  const next = naiveOptimizer(options, start, decays);
  return gradients.map((gradient) => next(gradient, rate));
}

const kinds: OptimizerOptions[] = [
  { kind: 'sgd' },
  { kind: 'sgd', momentum: 0.9, weightDecay: 5e-4 },
  { kind: 'sgd', momentum: 0.8, nesterov: true, weightDecay: 0.01 },
  { kind: 'adam', weightDecay: 0.02 },
  { kind: 'adam', beta1: 0.8, beta2: 0.95, epsilon: 1e-6 },
  { kind: 'adamw', weightDecay: 0.1 },
];

describe('an optimizer', () => {
  for (const options of kinds)
    it(`follows its published rule step by step: ${JSON.stringify(options)}`, () => {
      const gradients = Array.from({ length: 40 }, (_, i) => [Math.sin(i) + 0.2, Math.cos(3 * i) * 2]);
      const state = {
        values: Float32Array.of(0.5, -1.25),
        gradient: new Float32Array(2),
        first: new Float32Array(2),
        second: new Float32Array(2),
        decays: Uint8Array.of(1, 0),
      };
      const expected = [0, 1].map((i) =>
        naive(
          options,
          [0.5, -1.25][i]!,
          gradients.map((g) => 0.5 * Math.fround(g[i]!)),
          0.05,
          i === 0,
        ),
      );
      for (const [i, gradient] of gradients.entries()) {
        state.gradient.set(gradient);
        updateParameters(options, state, { learningRate: 0.05, update: i + 1, gradientFactor: 0.5, from: 0, to: 1 });
        updateParameters(options, state, { learningRate: 0.05, update: i + 1, gradientFactor: 0.5, from: 1, to: 2 });
        for (const j of [0, 1]) expect(state.values[j]!).toBeCloseTo(expected[j]![i]!, 5);
      }
    });
});

describe('a schedule', () => {
  it('warms up in a line and falls along a cosine to its final share', () => {
    const schedule = { kind: 'cosine', warmupSteps: 10, final: 0.1 } as const;
    expect(scheduleFactor(schedule, 0, 110)).toBeCloseTo(0.1);
    expect(scheduleFactor(schedule, 9, 110)).toBe(1);
    expect(scheduleFactor(schedule, 60, 110)).toBeCloseTo(0.55);
    expect(scheduleFactor(schedule, 110, 110)).toBeCloseTo(0.1);
  });

  it('falls by steps', () => {
    const schedule = { kind: 'step', everySteps: 30, factor: 0.1 } as const;
    expect([0, 29, 30, 60].map((step) => scheduleFactor(schedule, step, 100))).toEqual([1, 1, 0.1, 0.1 ** 2]);
  });
});
