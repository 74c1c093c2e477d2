import { expect, it } from 'vitest';
import { nearestCells } from './nearestCells.js';

const wave = (count: number, step: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * step) + 0.2);

it('every position falls on the cell that is most alike by cosine', () => {
  const [channels, positions, rows] = [7, 9, 5];
  const values = wave(channels * positions, 1.7);
  const directions = { rows, columns: channels, data: wave(rows * channels, 0.9) };
  const { row, cosine } = nearestCells(values, directions);
  for (let p = 0; p < positions; p++) {
    const point = Array.from({ length: channels }, (_, c) => values[c * positions + p]!);
    const cosines = Array.from({ length: rows }, (_, r) => {
      const other = [...directions.data.slice(r * channels, (r + 1) * channels)];
      const dot = point.reduce((sum, x, c) => sum + x * other[c]!, 0);
      return dot / (Math.hypot(...point) * Math.hypot(...other));
    });
    expect(row[p]).toBe(cosines.indexOf(Math.max(...cosines)));
    expect(cosine[p]).toBeCloseTo(Math.max(...cosines), 5);
  }
});

it('a position without activation falls nowhere, and other numbers of channels are refused', () => {
  const directions = { rows: 2, columns: 2, data: Float32Array.of(0, 0, 1, 1) };
  expect([...nearestCells(Float32Array.of(0, 1, 0, 1), directions).row]).toEqual([-1, 1]);
  expect(() => nearestCells(new Float32Array(3), directions)).toThrow('3 values are no positions of 2 channels');
});
