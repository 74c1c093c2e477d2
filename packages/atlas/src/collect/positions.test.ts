import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyActivation, layerMap } from './layerMap.js';
import { interior, positionsPerPicture, samplePositions } from './positions.js';

describe('positionsPerPicture', () => {
  it('adds up to the number asked for, as evenly as can be, at least one a picture', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 300 }), (activations, pictures) => {
        const counts = Array.from(positionsPerPicture({ activations, pictures, available: 1e9 }));
        expect(counts.reduce((a, b) => a + b, 0)).toBe(Math.max(activations, pictures));
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
      { seed: 1 },
    );
    expect(Array.from(positionsPerPicture({ activations: 100, pictures: 3, available: 16 }))).toEqual([16, 16, 16]);
  });
});

describe('samplePositions', () => {
  it('draws different positions off the edge, and depends on seed, layer and picture only', () => {
    const options = { seed: 1, layer: 'a', picture: 4, height: 7, width: 5, count: 9 };
    const drawn = Array.from(samplePositions(options));
    expect(new Set(drawn).size).toBe(9);
    for (const p of drawn) {
      expect([Math.floor(p / 5), p % 5]).toEqual([
        expect.toSatisfy((r) => r >= 1 && r <= 5),
        expect.toSatisfy((c) => c >= 1 && c <= 3),
      ]);
    }
    expect(Array.from(samplePositions(options))).toEqual(drawn);
    for (const other of [{ seed: 2 }, { layer: 'b' }, { picture: 5 }]) {
      expect(Array.from(samplePositions({ ...options, ...other }))).not.toEqual(drawn);
    }
  });

  it('reaches the last row and column of the interior, which an exclusive upper bound would miss', () => {
    expect(Array.from(samplePositions({ seed: 0, layer: '', picture: 0, height: 4, width: 4, count: 4 }))).toEqual([5, 6, 9, 10]);
  });

  it('takes every position of maps too small to have an interior', () => {
    expect(interior(2, 1)).toEqual({ top: 0, left: 0, rows: 2, columns: 1 });
  });
});

describe('layerMap', () => {
  it('reads channels-first, channels-last and flat layers alike', () => {
    const value = (c: number, p: number) => 10 * p + c;
    const first = Float32Array.from({ length: 3 * 4 }, (_, i) => value(Math.floor(i / 4), i % 4));
    const last = Float32Array.from({ length: 4 * 3 }, (_, i) => value(i % 3, Math.floor(i / 3)));
    for (const [dims, data] of [
      [[1, 3, 2, 2], first],
      [[1, 2, 2, 3], last],
    ] as const) {
      const target = new Float32Array(3);
      copyActivation(layerMap('a', dims, 3), data, { index: 0, position: 2 }, target, 0);
      expect(Array.from(target)).toEqual([20, 21, 22]);
    }
    expect(layerMap('a', [1, 6], 6)).toMatchObject({ channels: 6, height: 1, width: 1 });
  });

  it('refuses shapes that are no map', () => {
    expect(() => layerMap('tokens', [1, 7, 64], 64)).toThrow(/"tokens" gives \[1, 7, 64\]/);
  });
});
