import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectPictures, shareOfClasses, splitByClass } from './splitPictures.js';

describe('holding out pictures', () => {
  it('takes each picture once, some of every class that has two, and never the last of one', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 5 })), fc.double({ min: 0.01, max: 0.9, noNaN: true }), (labels, share) => {
        const { training, heldOut, single } = splitByClass(labels, share, 3);
        expect([...training, ...heldOut].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        for (const label of new Set(labels)) {
          const [all, learnt] = [labels.filter((l) => l === label).length, training.filter((i) => labels[i] === label).length];
          expect(learnt).toBeGreaterThan(0);
          expect(single.includes(label)).toBe(all === 1);
          if (all > 1) expect(learnt).toBeLessThan(all);
        }
      }),
    );
  });

  it('holds out the share that was asked for, the same for the same seed', () => {
    const labels = Array.from({ length: 200 }, (_, i) => i % 2);
    const { heldOut } = splitByClass(labels, 0.1, 1);
    expect(heldOut).toHaveLength(20);
    expect(splitByClass(labels, 0.1, 1).heldOut).toEqual(heldOut);
    expect(splitByClass(labels, 0.1, 2).heldOut).not.toEqual(heldOut);
    expect(splitByClass(labels, 0, 1).heldOut).toEqual([]);
    expect(() => splitByClass(labels, 1, 1)).toThrow('A share of 1');
  });

  it('takes a share of every class, at least one picture, and keeps it in larger shares', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i % 5);
    const shares = [0.01, 0.25, 0.5, 1].map((share) => shareOfClasses([...labels, 9], share, 1));
    expect(shares.map((chosen) => chosen.length)).toEqual([6, 16, 31, 61]);
    for (const [i, smaller] of shares.slice(0, -1).entries()) expect(shares[i + 1]).toEqual(expect.arrayContaining(smaller));
    for (const chosen of shares) expect(chosen).toContain(60);
    expect(shareOfClasses(labels, 0.25, 2)).not.toEqual(shareOfClasses(labels, 0.25, 1));
    expect(() => shareOfClasses(labels, 0, 1)).toThrow('A share of 0');
  });

  it('keeps pixels and labels together', () => {
    const pictures = {
      pixels: Uint8Array.from({ length: 3 * 4 }, (_, i) => i),
      sidePx: 1,
      labels: Int32Array.of(5, 6, 7),
      styles: Int32Array.of(0, 1, 0),
    };
    const { pixels, labels, styles } = selectPictures(pictures, [1, 2]);
    expect([[...pixels], [...labels], [...styles]]).toEqual([
      [4, 5, 6, 7, 8, 9, 10, 11],
      [6, 7],
      [1, 0],
    ]);
  });
});
