import { describe, expect, it } from 'vitest';
import { createRandom, sampleWithoutReplacement } from './random.js';

describe('createRandom', () => {
  it('repeats itself for the same keys and differs for others', () => {
    const take = (...keys: (number | string)[]) => {
      const random = createRandom(...keys);
      return Array.from({ length: 5 }, () => random.uint32());
    };
    expect(take(1, 'a')).toEqual(take(1, 'a'));
    expect(take(1, 'a')).not.toEqual(take(2, 'a'));
    expect(take(1, 'a')).not.toEqual(take('1', 'a'));
  });

  it('draws uniform and normal numbers with the right moments', () => {
    const random = createRandom(7);
    const n = 20_000;
    const u = Array.from({ length: n }, () => random.uniform());
    const z = Array.from({ length: n }, () => random.normal());
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / n;
    expect(mean(u)).toBeCloseTo(0.5, 1);
    expect(mean(z)).toBeCloseTo(0, 1);
    expect(mean(z.map((x) => x * x))).toBeCloseTo(1, 1);
  });
});

describe('sampleWithoutReplacement', () => {
  it('draws different integers in order, all of them when asked for too many, each equally often', () => {
    expect(Array.from(sampleWithoutReplacement(createRandom(1), 5, 9))).toEqual([0, 1, 2, 3, 4]);
    const hits = new Int32Array(10);
    for (let t = 0; t < 3000; t++) for (const i of sampleWithoutReplacement(createRandom(t), 10, 3)) hits[i]!++;
    for (const count of hits) expect(Math.abs(count - 900)).toBeLessThan(120);
  });
});
