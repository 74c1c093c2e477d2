import { describe, expect, it } from 'vitest';
import { defaultGrids, pointName, pointsOf } from './grid.js';

const base = { width: 1, data: 1, steps: 400 };

describe('the grids of a sweep', () => {
  it('are every combination of their values with the base elsewhere, and equal runs once', () => {
    const points = pointsOf(['width=0.5,1 steps=100,400', 'data=0.25,1'], base);
    expect(points.map(pointName)).toEqual([
      'width0.5-data1-steps100',
      'width0.5-data1-steps400',
      'width1-data1-steps100',
      'width1-data1-steps400',
      'width1-data0.25-steps400',
    ]);
  });

  it('are 19 runs where no values are given', () => {
    const points = pointsOf(defaultGrids(base), base);
    expect(points).toHaveLength(19);
    expect(points).toContainEqual({ width: 2, data: 1, steps: 50 });
    expect(points).toContainEqual({ width: 1, data: 0.125, steps: 400 });
  });

  it.each([
    ['depth=2', /"depth=2" is no part of a sweep.*width, data, steps/],
    ['width', /"width" is no part/],
    ['width=1,', /"" is no value of width/],
    ['data=2', /"2" is no value of data.*up to 1/],
    ['steps=1.5', /"1\.5" is no value of steps/],
  ])('refuse %s', (grid, message) => {
    expect(() => pointsOf([grid], base)).toThrow(message);
  });
});
