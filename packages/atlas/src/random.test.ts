import { describe, expect, it } from 'vitest';
import { randomFor, sampleWithoutReplacement, seedOf } from './random.js';

describe('seedOf', () => {
  it('repeats itself for the same keys and differs for others, also in type', () => {
    expect(seedOf(1, 'a')).toBe(seedOf(1, 'a'));
    const seeds = [seedOf(1, 'a'), seedOf(2, 'a'), seedOf('1', 'a'), seedOf(1, 'a', 0), seedOf(1)];
    expect(new Set(seeds).size).toBe(seeds.length);
    for (const seed of seeds) expect(Number.isSafeInteger(seed)).toBe(true);
  });

  it('gives unlike streams for neighbouring keys', () => {
    const firsts = Array.from({ length: 2000 }, (_, i) => randomFor(0, 'picture', i).uniform());
    const mean = firsts.reduce((a, b) => a + b, 0) / firsts.length;
    expect(mean).toBeCloseTo(0.5, 1);
    expect(new Set(firsts).size).toBe(firsts.length);
  });
});

describe('sampleWithoutReplacement', () => {
  it('draws different integers in order, all of them when asked for too many, each equally often', () => {
    expect(Array.from(sampleWithoutReplacement(randomFor(1), 5, 9))).toEqual([0, 1, 2, 3, 4]);
    const hits = new Int32Array(10);
    for (let t = 0; t < 3000; t++) for (const i of sampleWithoutReplacement(randomFor(t), 10, 3)) hits[i]!++;
    for (const count of hits) expect(Math.abs(count - 900)).toBeLessThan(120);
  });
});
