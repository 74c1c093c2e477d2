import { describe, expect, it } from 'vitest';
import { barsOf } from './bars.js';

describe('the bars of a histogram', () => {
  it('span what was counted, and rare values stay visible', () => {
    const found = barsOf([0, 0, 100, 0, 1, 0], -1, 0.5)!;
    expect([found.low, found.high, found.total]).toEqual([0, 1.5, 101]);
    expect(found.bars.map(({ height }) => height)).toEqual([1, 0, 0.1]);
    expect(found.bars[2]).toMatchObject({ from: 1, to: 1.5, count: 1 });
    expect(found.bars[2]!.left).toBeCloseTo(2 / 3, 12);
  });

  it('of nothing are none', () => {
    expect(barsOf([0, 0], 0, 1)).toBeNull();
  });
});
