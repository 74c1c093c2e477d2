import { expect, test } from 'vitest';
import { createRandom } from './random.js';

test('the same seed gives the same numbers and another seed others', () => {
  const draw = (seed: number): number[] => {
    const random = createRandom(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
  expect(draw(3)).not.toEqual(draw(3 + 2 ** 32));
});

test('normal numbers have mean 0, variance 1 and no skew', () => {
  const random = createRandom(1);
  const values = Array.from({ length: 40_000 }, () => random.gaussian());
  const moment = (power: number): number => values.reduce((sum, value) => sum + value ** power, 0) / values.length;
  expect(moment(1)).toBeCloseTo(0, 1);
  expect(moment(2)).toBeCloseTo(1, 1);
  expect(Math.abs(moment(3))).toBeLessThan(0.1);
  expect(Math.abs(moment(4) - 3)).toBeLessThan(0.2);
});

test('integers are spread evenly', () => {
  const random = createRandom(2);
  const counts = new Array<number>(7).fill(0);
  for (let i = 0; i < 7000; i++) counts[random.integer(7)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
});
