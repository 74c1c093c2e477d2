import { createRandom } from '@incognita/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patchTile, topExemplars } from './exemplars.js';

const rows = Float32Array.of(1, 0, 10, 10, 0, 3, 2, 0.1, 0, 0);

test('the cosine prefers clean activations and the dot product strong ones', () => {
  const direction = [1, 0];
  expect(topExemplars(rows, direction, { count: 3 }).map((e) => e.index)).toEqual([0, 3, 1]);
  expect(topExemplars(rows, direction, { count: 2, measure: 'dot' })).toEqual([
    { index: 1, score: 10 },
    { index: 3, score: 2 },
  ]);
  expect(topExemplars(rows, direction, { count: 1, among: [2, 4] })).toEqual([{ index: 2, score: 0 }]);
});

test('one exemplar a group, and never more than there are', () => {
  const found = topExemplars(rows, [1, 0], { count: 9, groups: [0, 1, 1, 0, 2] });
  expect(found.map((e) => e.index)).toEqual([0, 1, 4]);
  expect(() => topExemplars(rows, [1, 2, 3], { count: 1 })).toThrow(/10 values do not make rows of 3 channels/);
});

test('scores are sorted and equal the written-out cosine', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 8 }), (seed, channels) => {
      const random = createRandom(seed);
      const activations = Float32Array.from({ length: 12 * channels }, () => random.gaussian());
      const direction = Array.from({ length: channels }, () => random.gaussian());
      const all = topExemplars(activations, direction, { count: 12 });
      for (const [i, { index, score }] of all.entries()) {
        const h = activations.subarray(index * channels, (index + 1) * channels);
        const expected =
          h.reduce((sum, value, c) => sum + value * direction[c]!, 0) / Math.hypot(...h) / Math.hypot(...direction);
        expect(score).toBeCloseTo(expected, 6);
        if (i > 0) expect(score).toBeLessThanOrEqual(all[i - 1]!.score);
      }
    }),
    { numRuns: 30 },
  );
});

test('a patch becomes a square tile', () => {
  const data = Uint8Array.from({ length: 8 * 6 * 3 }, (_, i) => (Math.floor(i / 3) % 8 < 4 ? 0 : 200));
  const tile = patchTile({ width: 8, height: 6, data }, { x: 4, y: 1, width: 4, height: 3 }, 10);
  expect(tile.length).toBe(300);
  expect(new Set(tile)).toEqual(new Set([200]));
  expect(() => patchTile({ width: 8, height: 6, data }, { x: 6, y: 0, width: 4, height: 3 }, 10)).toThrow(
    /4×3 at \(6, 0\) does not lie within/,
  );
});
