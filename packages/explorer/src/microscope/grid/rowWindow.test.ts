import { describe, expect, it } from 'vitest';
import { gridShape, nextTile, rowWindow } from './rowWindow.js';

describe('the grid of channels', () => {
  const shape = gridShape(2048, 1000);

  it('has as many columns as fit, at least one', () => {
    expect(shape).toMatchObject({ columns: 10, rows: 205, tilePx: 92 });
    expect(gridShape(3, 40)).toMatchObject({ columns: 1, rows: 3, tilePx: 40 });
  });

  it('holds the rows that are seen and some beyond, wherever it is scrolled to', () => {
    for (const scrolled of [0, 1, 500, 9999, shape.rows * shape.rowPx - 600, shape.rows * shape.rowPx + 50]) {
      const [from, to] = rowWindow(shape, scrolled, 600);
      expect(from).toBeGreaterThanOrEqual(0);
      expect(to).toBeLessThanOrEqual(shape.rows);
      expect(from * shape.rowPx).toBeLessThanOrEqual(scrolled);
      expect(to * shape.rowPx).toBeGreaterThanOrEqual(Math.min(scrolled + 600, shape.rows * shape.rowPx));
      expect(to - from).toBeLessThan(12);
    }
  });

  it('is walked through by keys', () => {
    const go = (key: string, at: number) => nextTile(key, at, 25, { ...shape, columns: 10 }, 4);
    expect([go('ArrowRight', 3), go('ArrowDown', 3), go('ArrowUp', 3), go('ArrowDown', 18), go('End', 3), go('Home', 9)]).toEqual(
      [...[4, 13, null, null, 24, 0]],
    );
    expect([go('PageDown', 3), go('PageDown', 7), go('PageUp', 13), go('x', 3)]).toEqual([23, 17, 3, null]);
  });
});
