import { expect, it } from 'vitest';
import { sparkline } from './sparkline.js';

it('draws the last values from the least to the most', () => {
  expect(sparkline([9, 8, 4, 2, 1], 4)).toBe('█▄▂▁');
  expect(sparkline([3, 3], 5)).toBe('▁▁');
  expect(sparkline([], 5)).toBe('');
});
