import { expect, test } from 'vitest';
import { adamAscent, adamState } from './adam.js';
import { watchPlateau } from './plateau.js';

test('the first step of Adam has the length of the learning rate, uphill', () => {
  const values = Float32Array.of(1, 1, 1);
  adamAscent(values, Float32Array.of(5, -0.01, 0), adamState(3), 1, 0.05);
  expect([...values].map((value) => Number(value.toFixed(4)))).toEqual([1.05, 0.95, 1]);
});

test('Adam equals its algorithm in double precision', () => {
  const values = Float32Array.of(0.3);
  const state = adamState(1);
  let [x, m, v] = [0.3, 0, 0];
  for (let step = 1; step <= 50; step++) {
    const gradient = Math.cos(step) + 0.2;
    adamAscent(values, Float32Array.of(gradient), state, step, 0.05);
    m = 0.9 * m + 0.1 * gradient;
    v = 0.999 * v + 0.001 * gradient ** 2;
    x += (0.05 * (m / (1 - 0.9 ** step))) / (Math.sqrt(v / (1 - 0.999 ** step)) + 1e-8);
  }
  expect(values[0]).toBeCloseTo(x, 4);
});

test('a plateau is reached when no image gains any more', () => {
  const reached = watchPlateau(2, { windowSteps: 10, minGain: 0.01 });
  let stopped = 0;
  for (let step = 1; step <= 200 && stopped === 0; step++)
    if (reached(Float32Array.of(Math.min(step, 20), Math.min(step, 50)))) stopped = step;
  expect(stopped).toBe(70);
});
