import { describe, expect, it } from 'vitest';
import { bottomClasses, topClasses } from './topClasses.js';

const matrix = { rows: 2, columns: 4, data: Float32Array.of(9, 9, 9, 9, -1, 3, 0, -2) };

describe('classes of a cell', () => {
  it('are read from its own row, largest first', () => {
    expect(topClasses(matrix, 1, 2)).toEqual([
      { index: 1, value: 3 },
      { index: 2, value: 0 },
    ]);
  });

  it('most negative first, and only negative ones', () => {
    expect(bottomClasses(matrix, 1, 3).map((c) => c.index)).toEqual([3, 0]);
    expect(bottomClasses(matrix, 0, 3)).toEqual([]);
  });
});
