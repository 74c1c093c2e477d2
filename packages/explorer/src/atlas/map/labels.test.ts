import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRegions, placeLabels, type Region, shortName } from './labels.js';

const cell = (number: number, text: string | null, count = 1) => ({ cell: number, count, text });

describe('regions', () => {
  it('join touching cells of one name, also at corners', () => {
    const regions = findRegions(4, [cell(0, 'cat'), cell(5, 'cat'), cell(15, 'cat'), cell(1, 'dog')]);
    expect(regions.map((r) => [r.text, r.members])).toEqual([
      ['cat', 2],
      ['dog', 1],
      ['cat', 1],
    ]);
  });

  it('stand over a cell of their own, even where the centre of mass is not in them', () => {
    const ring = [0, 1, 2, 3, 7, 11, 15, 14, 13, 12, 8, 4].map((c) => cell(c, 'ring'));
    const [region] = findRegions(4, ring);
    expect(ring.map((c) => c.cell)).toContain(region!.cell);
  });

  it('leave out cells without a name', () => {
    expect(findRegions(3, [cell(0, null)])).toEqual([]);
  });
});

describe('labels', () => {
  const region = fc.record({
    text: fc.string({ minLength: 1, maxLength: 18 }),
    cell: fc.integer({ min: 0, max: 399 }),
    x: fc.double({ min: 0, max: 1, noNaN: true }),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
    members: fc.integer({ min: 1, max: 500 }),
  }) satisfies fc.Arbitrary<Region>;

  it('never overlap', () => {
    fc.assert(
      fc.property(fc.array(region, { maxLength: 40 }), fc.integer({ min: 200, max: 4000 }), (regions, mapPx) => {
        const sorted = regions.sort((a, b) => b.members - a.members);
        const placed = placeLabels(sorted, mapPx, 100);
        for (const [i, a] of placed.entries())
          for (const b of placed.slice(i + 1)) {
            const width = ((a.text.length * a.sizePx + b.text.length * b.sizePx) * 0.56) / 2;
            const height = (a.sizePx + b.sizePx) / 2;
            expect(Math.abs(a.x - b.x) * mapPx >= width || Math.abs(a.y - b.y) * mapPx >= height).toBe(true);
          }
      }),
    );
  });

  it('grow in number with the scale', () => {
    const regions = Array.from({ length: 100 }, (_, i) => ({
      text: 'a region',
      cell: i,
      x: (i % 10) / 10,
      y: Math.floor(i / 10) / 10,
      members: 100 - i,
    }));
    const counts = [300, 800, 2000].map((px) => placeLabels(regions, px, 1000).length);
    expect(counts[0]).toBeLessThan(counts[1]!);
    expect(counts[1]).toBeLessThan(counts[2]!);
  });
});

describe('shortName', () => {
  it('keeps the first of the synonyms', () => {
    expect(shortName('great white shark, white shark, man-eater')).toBe('great white shark');
  });
});
