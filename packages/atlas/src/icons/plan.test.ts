import { describe, expect, it } from 'vitest';
import { assignCells } from '../grid/assign.js';
import type { Grid } from '../grid/gridStages.js';
import { summarizeCells } from '../grid/summarize.js';
import { naturalShares } from './natural.task.js';
import { planIcons, warmStart } from './plan.js';

/** A 2 × 2 grid with 1, 3, 2 and 3 members; the members of cell 2 are dead. */
function grid(): Grid {
  const corners = [0, 1, 1, 1, 2, 2, 3, 3, 3];
  const places = Float32Array.from(corners.flatMap((cell) => [(cell % 2) * 0.5 + 0.1, Math.floor(cell / 2) * 0.5 + 0.1]));
  const cells = assignCells(places, { size: 2, minMembers: 1 });
  const activations = Float32Array.from(corners.flatMap((cell) => (cell === 2 ? [0, 0] : [1, cell])));
  return { size: 2, cells, summary: summarizeCells({ cells, activations, channels: 2, labelOf: () => null }) };
}

describe('planIcons', () => {
  it('takes the most populated cells first and none without a direction', () => {
    expect(Array.from(planIcons(grid(), 'all').rows)).toEqual([1, 3, 0]);
    expect(Array.from(planIcons(grid(), 2).rows)).toEqual([1, 3]);
    expect(Array.from(planIcons(grid(), 'none').rows)).toEqual([]);
  });
});

describe('warmStart', () => {
  it('takes the parent where it is finished', () => {
    // Cell (3, 2) of a 4 × 4 grid lies in cell (1, 1) of a 2 × 2 grid.
    expect(warmStart(2 * 4 + 3, 4, { size: 2, finished: new Set([0, 3]) })).toBe(3);
  });

  it('takes the nearest finished cell where the parent is missing, and nothing where nothing is finished', () => {
    expect(warmStart(0, 4, { size: 3, finished: new Set([8, 1, 5]) })).toBe(1);
    expect(warmStart(0, 4, { size: 3, finished: new Set() })).toBeNull();
  });
});

describe('naturalShares', () => {
  it('counts the activations that lie below along each direction', async () => {
    const activations = Float32Array.of(1, 0, 2, 0, 3, 5, 4, -1);
    const context = { throwIfAborted() {} } as Parameters<typeof naturalShares>[1];
    const args = { activations, channels: 2, directions: Float32Array.of(1, 0, 0, 1), reached: Float32Array.of(2.5, 100) };
    expect(Array.from(naturalShares(args, context))).toEqual([0.5, 1]);
  });
});
