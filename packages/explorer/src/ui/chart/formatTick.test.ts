import { expect, it } from 'vitest';
import { formatTick } from './formatTick.js';

it('values at an axis are short', () => {
  expect([0, 1000, 0.02, 0.0015, 1e7, 5e-4, 2.5e8, 1e-10, 6e22, 9.99e-10, -3e-5].map(formatTick)).toEqual([
    ...['0', '1,000', '0.02', '0.0015', '10⁷', '5×10⁻⁴', '2.5×10⁸', '10⁻¹⁰', '6×10²²', '10⁻⁹', '-3×10⁻⁵'],
  ]);
});
