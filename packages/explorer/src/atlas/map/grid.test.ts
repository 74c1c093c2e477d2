import { describe, expect, it } from 'vitest';
import { cellAt, cellCentre, chooseGrid, surrounding } from './grid.js';

describe('cells', () => {
  it('a place belongs to the cell whose centre it is', () => {
    for (let cell = 0; cell < 49; cell++) expect(cellAt(7, ...cellCentre({ grid: 7, cell }))).toBe(cell);
  });

  it('places outside the map and NaN belong to no cell', () => {
    expect([cellAt(5, -0.01, 0.5), cellAt(5, 0.5, 1), cellAt(5, Number.NaN, 0.5)]).toEqual([null, null, null]);
  });

  it('the corner has three neighbours, in their places', () => {
    expect(surrounding({ grid: 4, cell: 0 })).toEqual([null, null, null, null, 0, 1, null, 4, 5]);
  });

  it('does not wrap round at the right rim', () => {
    expect(surrounding({ grid: 4, cell: 7 })).toEqual([2, 3, null, 6, 7, null, 10, 11, null]);
  });
});

describe('the automatic grid', () => {
  it('is the finest whose tiles are large enough', () => {
    expect(chooseGrid([40, 10, 20], 800, null)).toBe(20);
    expect(chooseGrid([10, 20, 40], 3000, null)).toBe(40);
  });

  it('is the coarsest where none is', () => {
    expect(chooseGrid([10, 20], 100, null)).toBe(10);
  });

  it('stays with the shown one until its tiles are clearly too small', () => {
    expect(chooseGrid([10, 20, 40], 40 * 30, 40)).toBe(40);
    expect(chooseGrid([10, 20, 40], 40 * 27, 40)).toBe(20);
    expect(chooseGrid([10, 20, 40], 40 * 30, 20)).toBe(20);
  });
});
