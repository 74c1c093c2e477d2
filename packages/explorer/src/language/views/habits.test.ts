import { expect, it } from 'vitest';
import { habitsOf } from './habits.js';

it('the habits of a head are means over its queries but the first', () => {
  const pattern = Float32Array.of(1, 0, 0, 0.25, 0.75, 0, 0.5, 0.25, 0.25);
  expect(habitsOf(pattern, 3)).toEqual({ itself: 0.5, previous: 0.25, first: 0.375 });
  expect(habitsOf(Float32Array.of(1), 1)).toEqual({ itself: 0, previous: 0, first: 0 });
});
