import { describe, expect, it } from 'vitest';
import { formatBytes, formatPercent, formatSeconds, formatShare, formatSigned } from './format.js';

describe('numbers', () => {
  it('carry their sign and three digits', () => {
    expect([1.2345, 0.71, -0.03456, 0, 1e-7, -2e6].map(formatSigned)).toEqual([
      '+1.23',
      '+0.710',
      '−0.0346',
      '0',
      '+1.0e-7',
      '−2.0e+6',
    ]);
  });

  it('never round a share up to all', () => {
    expect([0.9999, 1, 0.5, 0.0312].map(formatPercent)).toEqual(['> 99.9 %', '100 %', '50 %', '3.1 %']);
  });

  it('of seconds are lengths of time', () => {
    expect([0.2, 40, 740, 7199, 12_000, 3_600_000].map(formatSeconds)).toEqual([
      '1 s',
      '40 s',
      '12 min',
      '2 h',
      '3 h 20 min',
      '42 days',
    ]);
    expect(formatShare(0.5019)).toBe('50.2 %');
  });

  it('of bytes have a unit', () => {
    expect([0, 999, 4_953_148].map(formatBytes)).toEqual(['0 bytes', '999 bytes', '4.95 MB']);
  });
});
