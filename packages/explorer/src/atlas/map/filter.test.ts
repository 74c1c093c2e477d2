import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classFilter, labelFilter, tileOpacity } from './filter.js';

// Three cells, two classes: class 1 is a hundred times weaker than class 0.
const attribution = Float32Array.of(4, 0.02, -2, -0.04, 1, 0.01);

describe('the class filter', () => {
  it('normalises by the chosen class’s own largest value, not by another’s', () => {
    const { strength, maximum } = classFilter(attribution, { classes: 2, column: 1, sign: 'positive' });
    expect(maximum).toBeCloseTo(0.04);
    expect([...strength]).toEqual([0.5, 0, 0.25].map((v) => expect.closeTo(v, 6)));
  });

  it('shows with the negative sign what the positive one hides', () => {
    const { strength, matches } = classFilter(attribution, { classes: 2, column: 0, sign: 'negative' });
    expect([...strength]).toEqual([0, 0.5, 0].map((v) => expect.closeTo(v, 6)));
    expect(matches).toEqual([1]);
  });

  it('orders matches by strength', () => {
    expect(classFilter(attribution, { classes: 2, column: 0, sign: 'positive' }).matches).toEqual([0, 2]);
  });

  it('matches nothing where a class has no value at all', () => {
    const { strength, matches } = classFilter(new Float32Array(6), { classes: 2, column: 0, sign: 'positive' });
    expect([[...strength], matches]).toEqual([[0, 0, 0], []]);
  });

  it('does not change when a class is scaled', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(2, 4, 1024),
        (values, factor) => {
          const of = (v: number[]) => [
            ...classFilter(Float32Array.from(v), { classes: 1, column: 0, sign: 'positive' }).strength,
          ];
          expect(of(values.map((v) => v * factor))).toEqual(of(values));
        },
      ),
    );
  });
});

describe('the label filter', () => {
  it('matches every cell with at least one member', () => {
    const { strength, matches, maximum } = labelFilter([0, 3, 6, 1]);
    expect(maximum).toBe(6);
    expect(matches).toEqual([2, 1, 3]);
    expect(strength[1]).toBe(0.5);
  });
});

describe('tileOpacity', () => {
  it('rises with strength, from almost nothing to whole', () => {
    expect([0, 0.3, 1].map(tileOpacity)).toEqual([0.1, expect.closeTo(0.593, 3), 1]);
  });
});
