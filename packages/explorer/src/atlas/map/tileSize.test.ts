import { describe, expect, it } from 'vitest';
import { tileSide } from './tileSize.js';

describe('tileSide', () => {
  it('makes the area follow the count', () => {
    const of = (count: number) => tileSide({ count, total: 100_000, grid: 20, density: 0.5 }) ** 2;
    expect(of(200) / of(100)).toBeCloseTo(2, 9);
  });

  it('fills the cell at the mean density and never more', () => {
    expect(tileSide({ count: 250, total: 100_000, grid: 20, density: 1 })).toBe(1);
    expect(tileSide({ count: 99_999, total: 100_000, grid: 20, density: 1 })).toBe(1);
  });

  it('is nothing for an empty cell', () => {
    expect(tileSide({ count: 0, total: 10, grid: 2, density: 1 })).toBe(0);
  });
});
