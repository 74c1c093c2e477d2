import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearest, thin } from './thin.js';

const curve = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 1, maxLength: 400 });

describe('a long curve', () => {
  it('keeps its ends, its order and its extremes when it is thinned', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 2, max: 40 }), (ys, columns) => {
        const points = ys.map((y, x) => ({ x, y }));
        const kept = thin(points, columns);
        expect(kept.length).toBeLessThanOrEqual(Math.max(points.length, 0) <= columns * 2 ? points.length : columns * 2 + 2);
        expect([kept[0], kept.at(-1)]).toEqual([points[0], points.at(-1)]);
        expect(kept.map((p) => p.x)).toEqual(kept.map((p) => p.x).sort((a, b) => a - b));
        expect(Math.max(...kept.map((p) => p.y))).toBe(Math.max(...ys));
        expect(Math.min(...kept.map((p) => p.y))).toBe(Math.min(...ys));
      }),
    );
  });

  it('is asked for the nearest point', () => {
    fc.assert(
      fc.property(curve, fc.double({ min: -10, max: 410, noNaN: true }), (ys, x) => {
        const points = ys.map((y, i) => ({ x: i * 1.5, y }));
        const distances = points.map((p) => Math.abs(p.x - x));
        expect(distances[nearest(points, x)]).toBe(Math.min(...distances));
      }),
    );
    expect(nearest([], 1)).toBe(-1);
  });
});
