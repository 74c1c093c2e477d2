import { expect, it } from 'vitest';
import { windowAround } from './window.js';

it('a window of a long text holds the place that is looked at, and never ends beyond the text', () => {
  expect(windowAround(10, 4, 20)).toEqual({ from: 0, to: 10 });
  expect(windowAround(100, 0, 20)).toEqual({ from: 0, to: 20 });
  expect(windowAround(100, 50, 20)).toEqual({ from: 40, to: 60 });
  expect(windowAround(100, 99, 20)).toEqual({ from: 80, to: 100 });
});
