import { expect, it } from 'vitest';
import { largestSize, shade } from './colour.js';

const palette = { ground: [0, 0, 0], positive: [200, 100, 0], negative: [0, 100, 200] } as const;

it('numbers are shaded by their share of the largest, with the sign as the colour, and what is masked is left out', () => {
  const values = [0, 1, -2, Number.NEGATIVE_INFINITY];
  expect(largestSize(values)).toBe(2);
  expect([...shade(values, 2, palette)]).toEqual([0, 0, 0, 255, 100, 50, 0, 255, 0, 100, 200, 255, 0, 0, 0, 0]);
  expect([...shade([0], 0, palette)]).toEqual([0, 0, 0, 255]);
  expect([...shade([1, 0], 2, { ...palette, ground: null })]).toEqual([200, 100, 0, 128, 200, 100, 0, 0]);
});
