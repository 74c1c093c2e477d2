import { expect, it } from 'vitest';
import { crossEntropies } from './crossEntropy.js';

it('is minus the logarithm of the softmax at the label, also where exponentials would overflow', () => {
  const scores = Float32Array.of(1, 2, 3, -1, 0.5, 0.25, 1000, 0, -1000);
  const naive = (row: readonly number[], label: number): number =>
    -Math.log(Math.exp(row[label]!) / row.reduce((sum, score) => sum + Math.exp(score), 0));
  const [first, second, third] = crossEntropies(scores, Int32Array.of(0, 2, 1));
  expect(first).toBeCloseTo(naive([1, 2, 3], 0), 12);
  expect(second).toBeCloseTo(naive([-1, 0.5, 0.25], 2), 12);
  expect(third).toBe(1000);
});
