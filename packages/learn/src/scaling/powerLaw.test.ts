import { createRandom } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { fitPowerLaw, predict } from './powerLaw.js';

const law = { floor: 1.4, factor: 30, exponent: 0.31 };
const sizes = Array.from({ length: 14 }, (_, i) => 1e3 * 2 ** i);
const noisy = (truth: typeof law, x: readonly number[], deviation: number, seed: number): number[] => {
  const random = createRandom(seed);
  return x.map((size) => predict(truth, size) * Math.exp(deviation * random.gaussian()));
};
const width = (range: readonly [number, number]): number => range[1] - range[0];

describe('the fit of a power law', () => {
  it('finds the law that exact losses follow', () => {
    const fit = fitPowerLaw(sizes, noisy(law, sizes, 0, 1), { seed: 1, resamples: 20 });
    expect(fit.exponent).toBeCloseTo(0.31, 3);
    expect(fit.floor).toBeCloseTo(1.4, 2);
    expect(fit.residual).toBeLessThan(1e-4);
    expect(width(fit.exponentRange)).toBeLessThan(1e-3);
    expect(width(fit.floorRange!)).toBeLessThan(1e-2);
  });

  it('is the line of least squares in logarithms where the floor is held at zero', () => {
    const [x, loss] = [
      [1e2, 1e3, 1e4, 1e5],
      [5, 3.1, 2.2, 1.2],
    ];
    const fit = fitPowerLaw(x!, loss!, { seed: 1, floor: 'zero' });
    // Slope by the normal equations: Σ (u − ū) v / Σ (u − ū)², u = log10 x = 2, 3, 4, 5.
    const v = loss!.map(Math.log10);
    expect(fit.exponent).toBeCloseTo(-(-1.5 * v[0]! - 0.5 * v[1]! + 0.5 * v[2]! + 1.5 * v[3]!) / 5, 12);
    expect([fit.floor, fit.floorRange]).toEqual([0, null]);
  });

  it('has ranges that grow with the noise, and a band around the law that is wider away from the measurements', () => {
    const [quiet, loud] = [0.003, 0.03].map((deviation) =>
      fitPowerLaw(sizes, noisy(law, sizes, deviation, 2), { seed: 1, resamples: 200, at: [1e5, 1e9] }),
    );
    expect(width(loud!.exponentRange)).toBeGreaterThan(2 * width(quiet!.exponentRange));
    for (const { band } of [quiet!, loud!]) {
      for (const { low, middle, high } of band) expect(low <= middle && middle <= high).toBe(true);
      expect(band[1]!.high / band[1]!.low).toBeGreaterThan(band[0]!.high / band[0]!.low);
    }
  });

  it.each([
    { floor: 'zero' as const, truth: { ...law, floor: 0 }, x: sizes.slice(0, 4), trials: 200 },
    { floor: 'zero' as const, truth: { ...law, floor: 0 }, x: sizes, trials: 100 },
    { floor: 'free' as const, truth: law, x: sizes, trials: 60 },
  ])('has the true exponent in its range nine times in ten: floor $floor, measurements of $x', ({ floor, truth, x, trials }) => {
    let hits = 0;
    for (let seed = 0; seed < trials; seed++) {
      const { exponentRange } = fitPowerLaw(x, noisy(truth, x, 0.02, 100 + seed), { seed, floor, resamples: 150 });
      if (exponentRange[0] <= truth.exponent && truth.exponent <= exponentRange[1]) hits++;
    }
    // Three deviations of a binomial around 90 %, with the coarseness of 150 draws.
    const slack = 3 * Math.sqrt((0.9 * 0.1) / trials) + 0.02;
    expect(hits / trials).toBeGreaterThan(0.9 - slack);
    expect(hits / trials).toBeLessThan(0.9 + slack);
  });

  it('refuses too few sizes and losses of zero', () => {
    expect(() => fitPowerLaw([1, 2, 3, 3], [3, 2, 2, 2], { seed: 1 })).toThrow('at least 4 different sizes; there are 3');
    expect(() => fitPowerLaw([1, 2, 2], [3, 2, 2], { seed: 1, floor: 'zero' })).toThrow(
      'at least 3 different sizes; there are 2',
    );
    expect(() => fitPowerLaw([1, 2, 4], [3, 2, 0], { seed: 1, floor: 'zero' })).toThrow('must be positive, not 0');
    expect(() => fitPowerLaw([1, 2, 4], [3, 2], { seed: 1 })).toThrow('2 losses for 3 sizes');
  });
});
