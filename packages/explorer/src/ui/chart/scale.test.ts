import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScale, logScale, nice } from './scale.js';

describe('a scale', () => {
  it('leads back from where it leads', () => {
    const numbers = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, value) => {
        fc.pre(Math.abs(a - b) > 1e-3 * Math.max(a, b));
        const domain = [Math.min(a, b), Math.max(a, b)] as const;
        for (const scale of [linearScale(domain, [400, 20]), logScale(domain, [400, 20])]) {
          expect(scale.toPx(domain[0])).toBeCloseTo(400, 6);
          expect(scale.toPx(domain[1])).toBeCloseTo(20, 6);
          expect(scale.toValue(scale.toPx(value)) / value).toBeCloseTo(1, 6);
        }
      }),
    );
  });

  it('has round ticks inside its domain, about as many as asked for', () => {
    expect(linearScale([0, 7.4], [0, 1]).ticks(4)).toEqual([0, 2, 4, 6]);
    expect(linearScale([0.013, 0.062], [0, 1]).ticks(5)).toEqual([0.02, 0.03, 0.04, 0.05, 0.06]);
    expect(linearScale([0, 4255], [0, 1]).ticks(5)).toEqual([0, 1000, 2000, 3000, 4000]);
    expect(logScale([0.9, 12], [0, 1]).ticks(4)).toEqual([1, 2, 5, 10]);
    expect(logScale([1e3, 1e9], [0, 1]).ticks(6)).toEqual([1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9]);
    expect(logScale([1, 1e24], [0, 1]).ticks(5).length).toBeLessThanOrEqual(6);
    expect(logScale([4, 6], [0, 1]).ticks(4)).toEqual([4, 4.5, 5, 5.5, 6]);
  });

  it('can be widened to the ticks around it', () => {
    expect(nice([3.1, 7.4], 4)).toEqual([2, 8]);
    expect(nice([0, 0.606], 4)).toEqual([0, 0.8]);
    expect(nice([2, 8], 3)).toEqual([2, 8]);
  });

  it('of one value still has an extent', () => {
    const scale = linearScale([3, 3], [0, 100]);
    expect(scale.toPx(3)).toBeCloseTo(50);
    expect(linearScale([0, 0], [0, 100]).toPx(0)).toBeCloseTo(50);
  });
});
