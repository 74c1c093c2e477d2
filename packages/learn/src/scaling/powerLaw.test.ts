import { createRandom } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { fitPowerLaw, predict } from './powerLaw.js';

const law = { floor: 1.4, factor: 30, exponent: 0.31 };
const sizes = Array.from({ length: 14 }, (_, i) => 1e3 * 2 ** i);

describe('the fit of a power law', () => {
  it('finds the law that exact losses follow', () => {
    const fit = fitPowerLaw(
      sizes,
      sizes.map((x) => predict(law, x)),
      { seed: 1, resamples: 20 },
    );
    expect(fit.exponent).toBeCloseTo(0.31, 3);
    expect(fit.floor).toBeCloseTo(1.4, 2);
    expect(fit.residual).toBeLessThan(1e-4);
  });

  it('has the true exponent within its range for noisy losses, and a range that grows with the noise', () => {
    const noisy = (deviation: number) => {
      const random = createRandom(2);
      return fitPowerLaw(
        sizes,
        sizes.map((x) => predict(law, x) * Math.exp(deviation * random.gaussian())),
        { seed: 1, resamples: 200 },
      );
    };
    const [quiet, loud] = [noisy(0.003), noisy(0.03)];
    expect(quiet.exponentRange[0]).toBeLessThan(0.31);
    expect(quiet.exponentRange[1]).toBeGreaterThan(0.31);
    const width = (range: readonly [number, number]): number => range[1] - range[0];
    expect(width(loud.exponentRange)).toBeGreaterThan(2 * width(quiet.exponentRange));
  });

  it('refuses two sizes and losses of zero', () => {
    expect(() => fitPowerLaw([1, 2, 2], [3, 2, 2], { seed: 1 })).toThrow('three different sizes; there are 2');
    expect(() => fitPowerLaw([1, 2, 4], [3, 2, 0], { seed: 1 })).toThrow('must be positive, not 0');
  });
});
