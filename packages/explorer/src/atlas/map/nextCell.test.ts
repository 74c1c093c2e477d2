import { describe, expect, it } from 'vitest';
import { nextCell } from './nextCell.js';

const placed = (...cells: number[]) => cells.map((cell) => ({ cell, gridX: cell % 5, gridY: Math.floor(cell / 5) }));
// . a . . b
// . . c . .
// d . . . e
const cells = placed(1, 4, 7, 10, 14);

describe('keys in the grid of cells', () => {
  it('jump over empty cells straight ahead', () => {
    expect(nextCell(cells, 1, 'ArrowRight')).toBe(4);
    expect(nextCell(cells, 14, 'ArrowLeft')).toBe(10);
    expect(nextCell(cells, 4, 'ArrowDown')).toBe(14);
  });

  it('lead to the least far aside where nothing lies straight ahead', () => {
    expect(nextCell(cells, 1, 'ArrowDown')).toBe(7);
    expect(nextCell(cells, 7, 'ArrowUp')).toBe(1);
  });

  it('lead nowhere at the rim, and other keys nowhere at all', () => {
    expect(nextCell(cells, 10, 'ArrowLeft')).toBeNull();
    expect(nextCell(cells, 10, 'x')).toBeNull();
  });

  it('reach the ends of the row and of the column', () => {
    expect([nextCell(cells, 1, 'End'), nextCell(cells, 14, 'Home'), nextCell(cells, 14, 'PageUp')]).toEqual([4, 10, 4]);
  });
});
