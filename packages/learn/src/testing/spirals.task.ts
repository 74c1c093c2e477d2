import { createRandom, tensor } from '@incognita/runtime';
import type { MakeBatch } from '../training/batchSource.js';

/** Options of {@link spirals}. */
export interface SpiralOptions {
  /** How many different points there are; they come round in order. */
  readonly points: number;
  /** Shape of one example; the plane's two numbers are repeated to fill it. */
  readonly shape: readonly number[];
}

/** Points on two arms of a spiral, labelled by their arm. */
export function spirals({ points, shape }: SpiralOptions): MakeBatch {
  const each = shape.reduce((a, b) => a * b, 1);
  return ({ step, from, examples }) => {
    const input = new Float32Array(examples * each);
    const label = new BigInt64Array(examples);
    for (let e = 0; e < examples; e++) {
      const random = createRandom((step * 1000 + from + e) % points);
      const arm = random.integer(2);
      const turn = 0.5 + 4 * random.uniform();
      const [x, y] = [turn * Math.cos(turn + Math.PI * arm), turn * Math.sin(turn + Math.PI * arm)];
      for (let i = 0; i < each; i++) input[e * each + i] = (i % 2 === 0 ? x : y) / 4;
      label[e] = BigInt(arm);
    }
    return { input: tensor('float32', [examples, ...shape], input), label: tensor('int64', [examples, 1], label) };
  };
}

/** Points on a circle of radius 2, each repeated over the shape with a little noise; without labels. */
export function ring({ shape }: Pick<SpiralOptions, 'shape'>): MakeBatch {
  const each = shape.reduce((a, b) => a * b, 1);
  return ({ step, from, examples }) => {
    const input = new Float32Array(examples * each);
    for (let e = 0; e < examples; e++) {
      const random = createRandom(step * 1000 + from + e);
      const angle = 2 * Math.PI * random.uniform();
      for (let i = 0; i < each; i++) input[e * each + i] = 2 * Math.cos(angle + (Math.PI * i) / 3) + 0.05 * random.gaussian();
    }
    return { input: tensor('float32', [examples, ...shape], input) };
  };
}
