import { GraphBuilder } from '@incognita/onnx';
import { createRandom, float32, openModel } from '@incognita/runtime';
import { describe, expect, test } from 'vitest';
import {
  channelObjective,
  cosineDirectionObjective,
  directionObjective,
  lucidCompatObjective,
  neuronObjective,
  type Objective,
} from './objective.js';
import { objectiveNodes } from './objectiveNodes.js';

const [batch, channels, height, width] = [3, 7, 4, 5];
const random = createRandom(5);
const layer = Float32Array.from({ length: batch * channels * height * width }, () => Math.max(0, random.gaussian()));
const targets = Float32Array.from({ length: batch * channels }, () => random.gaussian() + 0.5);

async function evaluate(objective: Objective): Promise<{ score: number[]; dot: number[]; cosine: number[] }> {
  const b = new GraphBuilder();
  const h = b.input('h', 'float32', [batch, channels, height, width]);
  const v = b.input('v', 'float32', [batch, channels]);
  const values = objectiveNodes(b, { tensor: h, dims: [batch, channels, height, width] }, v, objective);
  for (const [name, value] of Object.entries(values)) b.output(value, 'float32', [batch], name);
  const opened = await openModel(b.model(), { workers: 1 });
  const out = await opened.run({ h: float32([batch, channels, height, width], layer), v: float32([batch, channels], targets) });
  await opened.dispose();
  const list = (name: string): number[] => Array.from(out[name]!.data as Float32Array);
  return { score: list('score'), dot: list('dot'), cosine: list('cosine') };
}

const activation = (image: number, row: number, column: number): number[] =>
  Array.from({ length: channels }, (_, c) => layer[((image * channels + c) * height + row) * width + column]!);
const target = (image: number): number[] => Array.from(targets.subarray(image * channels, (image + 1) * channels));
const dot = (a: number[], b: number[]): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const norm = (a: number[]): number => Math.sqrt(dot(a, a));

/** The formulas in double precision, at the centre. */
const references: Record<Objective['formula'], (h: number[], v: number[], power: number) => number> = {
  dot: (h, v) => dot(h, v),
  cosine: (h, v, power) => (dot(h, v) / norm(v)) * Math.max(0.1, dot(h, v) / (norm(h) * norm(v))) ** power,
  lucidCompat: (h, v, power) => {
    const mean = dot(h, v) / channels;
    return mean * Math.max(0.1, mean / (1e-4 + norm(h))) ** power;
  },
};

describe.each([0, 1, 2, 4, 0.5, 5])('with the power %f', (power) => {
  test.each<['cosine' | 'lucidCompat', Objective]>([
    ['cosine', cosineDirectionObjective({ power })],
    ['lucidCompat', lucidCompatObjective({ power })],
  ])('%s equals its formula in double precision', async (formula, objective) => {
    const { score } = await evaluate(objective);
    for (let i = 0; i < batch; i++) {
      const expected = references[formula](activation(i, 2, 2), target(i), power);
      expect(Math.abs(score[i]! - expected)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(expected)));
    }
  });
});

test('direction and neuron are the dot product at the centre, each image with its own target', async () => {
  for (const objective of [directionObjective(), neuronObjective()]) {
    const { score, dot: dots, cosine } = await evaluate(objective);
    for (let i = 0; i < batch; i++) {
      const [h, v] = [activation(i, 2, 2), target(i)];
      expect(score[i]).toBeCloseTo(dot(h, v), 5);
      expect(dots[i]).toBeCloseTo(dot(h, v), 5);
      expect(cosine[i]).toBeCloseTo(dot(h, v) / (norm(h) * norm(v)), 5);
    }
  }
});

test('channel is the mean over all positions', async () => {
  const { score } = await evaluate(channelObjective());
  for (let i = 0; i < batch; i++) {
    let sum = 0;
    for (let row = 0; row < height; row++)
      for (let column = 0; column < width; column++) sum += dot(activation(i, row, column), target(i));
    expect(score[i]).toBeCloseTo(sum / (height * width), 5);
  }
});
