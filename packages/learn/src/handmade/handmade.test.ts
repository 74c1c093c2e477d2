import { createRandom, WorkerPool } from '@incognita/runtime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { trainPerceptron } from '../network/perceptron.js';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import { encodePicture, learnEncoder } from './encoder.js';
import { evaluateHandmade, handmadeEncoder, handmadeFeatures } from './handmade.node.js';
import { pixelFeatures } from './pixels.js';
import { BAG_OF_WORDS, FISHER_VECTORS, type HandmadeRecipe, TEMPLATE } from './recipe.js';
import { evaluateLinear, trainLinearSvm } from './svm/trainLinearSvm.node.js';

const SIDE = 32;

/** Bars of four directions, two colours of each, at places that differ. */
function bars(count: number, seed: number): LabelledPictures {
  const random = createRandom(seed);
  const pixels = new Uint8Array(new SharedArrayBuffer(4 * count * SIDE * SIDE));
  const labels = Int32Array.from({ length: count }, (_, i) => i % 8);
  for (let picture = 0; picture < count; picture++) {
    const angle = ((labels[picture]! % 4) * Math.PI) / 4;
    const red = labels[picture]! < 4;
    const [middle, phase] = [13 + 6 * random.uniform(), 6 * random.uniform()];
    for (let y = 0; y < SIDE; y++)
      for (let x = 0; x < SIDE; x++) {
        const inside = Math.hypot(x - middle, y - middle) < 12;
        const wave = Math.sin(Math.cos(angle) * x + Math.sin(angle) * y + phase);
        const at = 4 * ((picture * SIDE + y) * SIDE + x);
        const strong = wave > 0 ? 220 : 60;
        pixels.set(inside ? [red ? strong : 30, 40, red ? 30 : strong, 255] : [0, 0, 0, 0], at);
      }
  }
  return { pixels, sidePx: SIDE, labels, styles: new Int32Array(count) };
}

const small = (recipe: HandmadeRecipe, words: number): HandmadeRecipe => ({
  sidePx: SIDE,
  parts: recipe.parts.map((part) =>
    'descriptor' in part ? { ...part, words, axes: 8, grid: { cellsPx: [3], stepPx: 4 } } : { ...part, cellPx: 8 },
  ),
});

describe('hand-made features', () => {
  let pool: WorkerPool;
  beforeAll(() => {
    pool = new WorkerPool({ workers: 2 });
  });
  afterAll(() => pool.dispose());

  for (const [name, recipe] of Object.entries({
    'a template': small(TEMPLATE, 0),
    'bags of words': small(BAG_OF_WORDS, 24),
    'Fisher vectors': small(FISHER_VECTORS, 4),
  }))
    it(`as ${name} tell bars by direction and colour in pictures that were never seen`, async () => {
      const training = bars(48, 1);
      const encoder = await handmadeEncoder(training, recipe, { seed: 1, samples: 1500, rounds: 6, pool });
      const features = await handmadeFeatures(training, encoder, { pool });
      expect(features.dims).toBe(encoder.dims);
      const classifier = await trainLinearSvm(features, { labels: training.labels, classes: 8, pool });
      const { top1, pictures } = await evaluateHandmade({ encoder, classifier }, bars(40, 2), { pool });
      expect(pictures).toBe(40);
      expect(top1).toBeGreaterThan(0.8);
    });

  it('are not needed by the perceptron to tell colours from the pixels themselves, but to tell directions', async () => {
    const of = (pictures: LabelledPictures, label: (given: number) => number) => ({
      features: pixelFeatures(pictures, { sidePx: 8 }),
      labels: pictures.labels.map(label),
    });
    const top1 = async (label: (given: number) => number, classes: number): Promise<number> => {
      const [training, unseen] = [of(bars(64, 1), label), of(bars(64, 2), label)];
      const { features, labels } = training;
      const classifier = trainPerceptron({ inputs: features.data, labels, classes, rounds: 30 });
      return (await evaluateLinear(classifier, unseen.features, { pool, labels: unseen.labels })).top1;
    };
    expect(await top1((label) => (label < 4 ? 0 : 1), 2)).toBe(1);
    expect(await top1((label) => label % 4, 4)).toBeLessThan(0.6);
  });

  it('are the same on workers as here, have length 1, and depend on the seed', async () => {
    const pictures = bars(16, 3);
    const options = { seed: 5, samples: 400, rounds: 3 };
    const recipe = small(FISHER_VECTORS, 3);
    const encoder = learnEncoder(pictures, recipe, options);
    expect(await handmadeEncoder(pictures, recipe, { ...options, pool })).toEqual(encoder);
    const { dims, data } = await handmadeFeatures(pictures, encoder, { pool });
    // Two descriptors, the whole and three stripes, three components by means and deviations of eight axes.
    expect(dims).toBe(2 * 4 * 2 * 3 * 8);
    const seventh = encodePicture(encoder, pictures, 7);
    expect(data.slice(7 * dims, 8 * dims)).toEqual(seventh);
    expect(seventh.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
    expect(learnEncoder(pictures, recipe, { ...options, seed: 6 })).not.toEqual(encoder);
  });

  it('of a blank picture are zero where there are no edges, and no number that is none', () => {
    const pictures = bars(8, 3);
    const encoder = learnEncoder(pictures, small(FISHER_VECTORS, 2), { seed: 1, samples: 200, rounds: 2 });
    const blank = { ...pictures, pixels: new Uint8Array(pictures.pixels.length) };
    const features = encodePicture(encoder, blank, 0);
    expect(features.every(Number.isFinite)).toBe(true);
    expect(features.subarray(0, features.length / 2).every((value) => value === 0)).toBe(true);
  });
});
