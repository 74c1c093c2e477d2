import { describe, expect, it } from 'vitest';
import type { CellTable } from './atlasData.js';
import { labelCounts } from './labelCounts.js';

describe('labelCounts', () => {
  it('counts members by cell, and leaves out points that lie on no kept cell', () => {
    const table = {
      size: 2,
      rows: [{ cell: 0 }, { cell: 3 }],
      rowOf: new Map([
        [0, 0],
        [3, 1],
      ]),
    } as unknown as CellTable;
    const points = [
      { picture: 0, x: 0.1, y: 0.1 },
      { picture: 0, x: 0.9, y: 0.9 },
      { picture: 0, x: 0.8, y: 0.6 },
      { picture: 1, x: 0.8, y: 0.6 },
      { picture: 0, x: 0.9, y: 0.1 },
      { picture: 0, x: Number.NaN, y: Number.NaN },
    ];
    expect([...labelCounts(table, points, (p) => ['zebra', 'lion'][p]!, 'zebra')]).toEqual([1, 2]);
  });
});
