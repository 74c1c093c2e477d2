import { describe, expect, it } from 'vitest';
import { nearestRows } from './nearestRows.js';

describe('nearestRows', () => {
  it('orders the other rows by cosine, whatever their length', () => {
    const data = Float32Array.of(1, 0, 0, 5, 10, 1, 0, 0, -1, 0);
    const found = nearestRows({ rows: 5, columns: 2, data }, 0, 3);
    expect(found.map((r) => r.row)).toEqual([2, 1, 3]);
    expect(found[0]!.cosine).toBeCloseTo(10 / Math.sqrt(101), 6);
    expect(found[2]!.cosine).toBe(0);
  });
});
