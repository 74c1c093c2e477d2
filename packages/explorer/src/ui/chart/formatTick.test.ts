import { expect, it } from 'vitest';
import { formatTick } from './formatTick.js';

it('values at an axis are short', () => {
  expect([0, 1000, 0.02, 0.001, 1e7, 5e-4, 2.5e8, 1e-10, 6e22].map(formatTick)).toEqual([
    ...['0', '1,000', '0.02', '0.001', '10⁷', '5×10⁻⁴', '2.5×10⁸', '10⁻¹⁰', '6×10²²'],
  ]);
});
