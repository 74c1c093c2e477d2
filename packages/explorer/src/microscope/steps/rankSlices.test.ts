import type { StepsAnswer } from '@incognita/workspace/schema';
import { describe, expect, it } from 'vitest';
import { rankSlices, sliceOrigin } from './rankSlices.js';

const answer = { slices: 3, rows: 1, columns: 2, sums: [1, -5, 2], weights: [9, 0, 1, 1, 2, 2] } as unknown as StepsAnswer;

describe('the slices of a dot product', () => {
  it('are ranked by the size of what they add, or of their weights', () => {
    expect(rankSlices(answer, 'contribution')).toEqual([1, 2, 0]);
    expect(rankSlices(answer, 'weight')).toEqual([0, 2, 1]);
    expect(rankSlices(answer, 'number')).toEqual([0, 1, 2]);
  });

  it('are channels of the layers before, also of a later group and of joined layers', () => {
    const sources = [
      { layer: 'left', channel: 0, first: 0, count: 4 },
      { layer: 'right', channel: 2, first: 4, count: 4 },
    ];
    expect(sliceOrigin({ sources, firstSlice: 0 }, 3)).toEqual({ layer: 'left', channel: 3 });
    expect(sliceOrigin({ sources, firstSlice: 4 }, 1)).toEqual({ layer: 'right', channel: 3 });
    expect(sliceOrigin({ sources, firstSlice: 4 }, 4)).toBeNull();
  });
});
