import { expect, it } from 'vitest';
import { strongestClasses } from './softmax.js';

it('the strongest classes come first, with their share of all by softmax', () => {
  const scores = Float32Array.from({ length: 50 }, (_, i) => Math.sin(i * 7.3) * 5);
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  const sorted = [...scores.entries()].sort(([, a], [, b]) => b - a).slice(0, 6);
  const found = strongestClasses(scores, 6);
  expect(found.map(({ index }) => index)).toEqual(sorted.map(([index]) => index));
  for (const [i, { share }] of found.entries()) expect(share).toBeCloseTo(Math.exp(sorted[i]![1]) / sum, 6);
});

it('scores too large for exp have shares all the same, and fewer classes than asked for are all there are', () => {
  expect(strongestClasses([1000, 1001], 5).map(({ share }) => share.toFixed(3))).toEqual(['0.731', '0.269']);
});
