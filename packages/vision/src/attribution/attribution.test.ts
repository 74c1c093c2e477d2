import { readFileSync } from 'node:fs';
import { findLayer, type Model, read, write } from '@incognita/onnx';
import { createRandom, float32, loadModelSource, openModel, WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { channel, classLogit, neuron, sum } from '../featurevis/objective/index.js';
import { resolvePreprocessing } from '../preprocessing/resolvePreprocessing.js';
import { FIXTURES, fixture } from '../testing/fixtures.node.js';
import { withoutBiases } from '../testing/withoutBiases.js';
import {
  activationTimesGradient,
  classEffects,
  gradCam,
  guidedGradient,
  integratedGradients,
  prepareAttribution,
  relevance,
  saliency,
  smoothGrad,
} from './index.js';

const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.dispose());
const random = createRandom(8);
const picture = Float32Array.from({ length: 3 * 64 * 64 }, (_, i) => 0.5 + 0.4 * Math.sin(i / 37) + 0.05 * random.gaussian());

async function prepared(
  title: string,
  target: Parameters<typeof prepareAttribution>[1]['target'],
  edit = (model: Model) => model,
) {
  const source = await loadModelSource({ bytes: write(edit(read(readFileSync(fixture(title).file)))) });
  const preprocessing = resolvePreprocessing(source.model);
  return { source, preprocessing, attribution: prepareAttribution(source, { target, preprocessing, pool }) };
}

describe.each(FIXTURES)('of the $title', ({ title, layer }) => {
  test('integrated gradients add up to the difference that the picture makes, to 1 %', async () => {
    const { attribution } = await prepared(title, classLogit('output', 3));
    const { completenessError, score, baselineScore, values } = await integratedGradients(attribution, picture);
    expect(completenessError).toBeLessThan(0.01);
    const total = values.reduce((a, b) => a + b, 0);
    expect(Math.abs(total - (score - baselineScore))).toBeLessThan(0.011 * Math.abs(score - baselineScore));
  });

  test('the gradient is what small changes of the picture do', async () => {
    const { attribution, source } = await prepared(title, classLogit('output', 1));
    const { tensor } = findLayer(source.model, layer);
    const { attribution: inner } = await prepared(title, neuron(tensor, 2));
    for (const one of [attribution, inner]) {
      const { values, map, score } = await saliency(one, picture);
      expect(map).toHaveLength(64 * 64);
      const way = Float32Array.from(picture, () => random.gaussian());
      const moved = (step: number) => picture.map((value, i) => value + step * way[i]!);
      const [up, down, here] = await one.scores(Float32Array.of(...moved(1e-3), ...moved(-1e-3), ...picture));
      expect(here).toBeCloseTo(score, 4);
      const slope = values.reduce((total, value, i) => total + value * way[i]!, 0);
      expect(Math.abs(slope - (up! - down!) / 2e-3)).toBeLessThan(0.05 * Math.max(0.05, Math.abs(slope)));
    }
  });

  test('Grad-CAM and activation × gradient look at the positions of a layer', async () => {
    const { attribution, source } = await prepared(title, classLogit('output', 0));
    const { tensor } = findLayer(source.model, layer);
    const cam = await gradCam(attribution, picture, tensor);
    const effects = await activationTimesGradient(attribution, picture, tensor);
    expect(cam.map).toHaveLength(cam.rows * cam.columns);
    expect(Math.min(...cam.map)).toBeGreaterThanOrEqual(0);
    const total = (values: Float32Array) => values.reduce((a, b) => a + b, 0);
    expect(total(effects.channels)).toBeCloseTo(total(effects.map), 4);
  });
});

test.each(['epsilon', 'gamma'] as const)('relevance under %s is conserved to 1e-3 without biases', async (composite) => {
  const { attribution } = await prepared('ResNet', classLogit('output', 4), withoutBiases);
  const { notConserved, values, score } = await relevance(attribution, picture, { composite });
  expect(notConserved).toBeLessThan(1e-3);
  expect(values.reduce((a, b) => a + b, 0)).toBeCloseTo(score, 3);
});

test('SmoothGrad without noise is the gradient, and depends on its seed alone', async () => {
  const { attribution } = await prepared('ResNet', classLogit('output', 4));
  const plain = await saliency(attribution, picture);
  const still = await smoothGrad(attribution, picture, { noise: 0, samples: 3 });
  for (let i = 0; i < 50; i++) expect(still.values[i * 200]).toBeCloseTo(plain.values[i * 200]!, 5);
  const [a, b, c] = [
    await smoothGrad(attribution, picture, { samples: 8, seed: 1 }),
    await smoothGrad(attribution, picture, { samples: 8, seed: 1 }),
    await smoothGrad(attribution, picture, { samples: 8, seed: 2 }),
  ];
  expect(b.values).toEqual(a.values);
  expect(c.values).not.toEqual(a.values);
});

test('guided gradients pass only what is positive through rectifiers', async () => {
  const { attribution } = await prepared('ResNet', classLogit('output', 4));
  const { values } = await guidedGradient(attribution, picture);
  expect(values).not.toEqual((await saliency(attribution, picture)).values);
});

test('one forward pass for all classes equals a backward pass for each, by position and by channel', async () => {
  const { attribution, source, preprocessing } = await prepared('ViT', classLogit('output', 6));
  const { tensor } = findLayer(source.model, 'blocks.0');
  const { mean, std, divisor } = preprocessing;
  const input = picture.map((value, i) => ((value * 255) / divisor - mean[Math.floor(i / 4096)]!) / std[Math.floor(i / 4096)]!);
  const backward = await activationTimesGradient(attribution, picture, tensor);
  for (const [by, reference] of [
    ['position', backward.map],
    ['channel', backward.channels],
  ] as const) {
    const { effects, classes } = await classEffects(source, input, tensor, { preprocessing, pool, by });
    expect(classes).toBe(10);
    for (const [i, value] of reference.entries()) expect(effects[i * classes + 6]).toBeCloseTo(value, 4);
  }
});

test('what cannot be explained is refused with the reason', async () => {
  await expect(prepared('ResNet', channel('nothing', 0))).rejects.toThrow(/nothing/);
  await expect(prepared('ResNet', classLogit('output', 10))).rejects.toThrow(/no channel 10 in output: it has 10, 0 … 9/);
  await expect(prepared('ResNet', sum(classLogit('output', 1), classLogit('output', 2)))).rejects.toThrow(
    /One unit .* at a time/,
  );
  const { attribution, source, preprocessing } = await prepared('ResNet', classLogit('output', 1));
  await expect(saliency(attribution, picture.subarray(5))).rejects.toThrow(
    /64×64 pixels and 3 planes hold 12288 values each; 12283/,
  );
  await expect(integratedGradients(attribution, picture, { baseline: new Float32Array(5) })).rejects.toThrow(
    /baseline holds 5 values/,
  );
  const swin = await prepared('Swin', classLogit('output', 1));
  await expect(classEffects(swin.source, picture, 'view_10', { preprocessing, pool, by: 'channel' })).rejects.toThrow(
    /insists on batches of 2/,
  );
  const opened = await openModel(source.model, { workers: 1 });
  const { output } = await opened.run({ input: float32([1, 3, 64, 64], picture) });
  expect(output!.dims).toEqual([1, 10]);
  await opened.dispose();
});
