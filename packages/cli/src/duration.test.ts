import { describe, expect, it } from 'vitest';
import { formatBytes, formatDuration } from './duration.js';

describe('formatDuration', () => {
  it('says tenths below ten seconds, then seconds, minutes and hours', () => {
    expect([0.04, 9.9, 12.4, 134, 3600, 5430].map(formatDuration)).toEqual([
      '0.0 s',
      '9.9 s',
      '12 s',
      '2 min 14 s',
      '1 h 0 min',
      '1 h 31 min',
    ]);
  });

  it('never says sixty seconds', () => {
    expect(formatDuration(59.7)).toBe('1 min 0 s');
  });

  it('admits that it does not know', () => {
    expect(formatDuration(Number.POSITIVE_INFINITY)).toBe('unknown');
  });
});

describe('formatBytes', () => {
  it('uses decimal units with three figures', () => {
    expect([12, 4_953_148, 42_649_442, 2.5e9].map(formatBytes)).toEqual(['12 bytes', '4.95 MB', '42.6 MB', '2.50 GB']);
  });
});
