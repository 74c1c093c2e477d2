import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { samplePath } from './path.js';

const all = () => true;

describe('samplePath', () => {
  it('runs along a row', () => {
    expect(samplePath(10, 21, 24, all).map((s) => s.cell)).toEqual([21, 22, 23, 24]);
  });

  it('takes one step a row on a steep line', () => {
    expect(samplePath(10, 0, 42, all).map((s) => s.cell)).toEqual([0, 11, 21, 32, 42]);
  });

  it('keeps empty cells as gaps', () => {
    expect(samplePath(10, 0, 2, (c) => c !== 1)).toEqual([
      { cell: 0, occupied: true },
      { cell: 1, occupied: false },
      { cell: 2, occupied: true },
    ]);
  });

  it('begins and ends at its ends, each step touching the last', () => {
    const cell = fc.integer({ min: 0, max: 399 });
    fc.assert(
      fc.property(cell, cell, (from, to) => {
        const cells = samplePath(20, from, to, all).map((s) => s.cell);
        expect([cells[0], cells.at(-1)]).toEqual([from, to]);
        for (const [i, c] of cells.entries()) {
          const previous = cells[i - 1] ?? c;
          expect(Math.abs((c % 20) - (previous % 20))).toBeLessThanOrEqual(1);
          expect(Math.abs(Math.floor(c / 20) - Math.floor(previous / 20))).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
