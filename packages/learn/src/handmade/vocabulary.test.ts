import { createRandom } from '@incognita/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { softAssignment, writeBagOfWords } from './bagOfWords.js';
import { powerNormalise } from './features.js';
import { fisherLength, writeFisherVector } from './fisherVector.js';
import { kMeans } from './kMeans.js';
import { fitMixture, type Mixture, posteriors } from './mixture.js';
import { principalAxes, project } from './principalAxes.js';
import { QUARTERS, regionCount, regionMembers, STRIPES } from './pyramid.js';

/** Points about some centres, [n, dims]. */
function clouds(centres: readonly (readonly number[])[], each: number, deviation: number, seed = 1): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from(
    centres.flatMap((centre) => Array.from({ length: each }, () => centre.map((c) => c + deviation * random.gaussian())).flat()),
  );
}

const THREE = [
  [0, 0],
  [5, 0],
  [0, 7],
];

describe('principal axes', () => {
  it('are orthonormal, in order of variance, and make coordinates that are not correlated', () => {
    const random = createRandom(3);
    const [n, dims] = [400, 4];
    const points = new Float32Array(n * dims);
    for (let p = 0; p < n; p++) {
      const [a, b, c] = [3 * random.gaussian(), random.gaussian(), 0.3 * random.gaussian()];
      points.set([a + b, a - b, c + 1, 0.1 * a], p * dims);
    }
    const axes = principalAxes(points, dims, 3);
    const found = project(axes, points);
    const covariance = (i: number, j: number): number => {
      let sum = 0;
      for (let p = 0; p < n; p++) sum += found[p * 3 + i]! * found[p * 3 + j]!;
      return sum / n;
    };
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        const dot = axes.axes
          .subarray(i * dims, (i + 1) * dims)
          .reduce((sum, value, k) => sum + value * axes.axes[j * dims + k]!, 0);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
        if (i !== j) expect(Math.abs(covariance(i, j))).toBeLessThan(1e-5);
      }
    expect(covariance(0, 0)).toBeGreaterThan(covariance(1, 1));
    expect(covariance(1, 1)).toBeGreaterThan(covariance(2, 2));
  });

  it('refuse more axes than numbers', () => {
    expect(() => principalAxes(new Float32Array(6), 2, 3)).toThrow(/keep at most 2/);
  });
});

describe('k-means', () => {
  it('finds clusters that lie apart, and its distortion never rises', () => {
    const seen: number[] = [];
    const { centres, distortion } = kMeans(clouds(THREE, 50, 0.2), 2, {
      words: 3,
      rounds: 30,
      seed: 2,
      onRound: (value) => seen.push(value),
    });
    expect(distortion).toBeLessThan(0.12);
    for (const [x, y] of THREE) {
      const nearest = Math.min(...[0, 1, 2].map((c) => Math.hypot(centres[2 * c]! - x!, centres[2 * c + 1]! - y!)));
      expect(nearest).toBeLessThan(0.1);
    }
    expect(seen.every((value, i) => i === 0 || value <= seen[i - 1]! + 1e-12)).toBe(true);
  });

  it('ends with each centre at the mean of what is nearest to it', () => {
    const points = clouds(THREE, 20, 2);
    const { centres } = kMeans(points, 2, { words: 4, rounds: 200, seed: 5 });
    const nearest = Array.from({ length: 60 }, (_, p) => {
      const distances = [0, 1, 2, 3].map((c) =>
        Math.hypot(centres[2 * c]! - points[2 * p]!, centres[2 * c + 1]! - points[2 * p + 1]!),
      );
      return distances.indexOf(Math.min(...distances));
    });
    for (let c = 0; c < 4; c++) {
      const own = nearest.flatMap((word, p) => (word === c ? [points[2 * p]!] : []));
      expect(centres[2 * c]).toBeCloseTo(own.reduce((a, b) => a + b, 0) / own.length, 8);
    }
  });

  it('makes no words of nothing: too few points are refused, and equal points leave no number that is none', () => {
    expect(() => kMeans(new Float32Array(4), 2, { words: 3, rounds: 1, seed: 1 })).toThrow(/2 points do not make 3 words/);
    const { centres } = kMeans(new Float32Array(20).fill(1), 2, { words: 3, rounds: 5, seed: 1 });
    expect(centres.every((value) => value === 1)).toBe(true);
  });
});

describe('a mixture of Gaussians', () => {
  it('becomes likelier with every round', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 5 }), (seed, components) => {
        const seen: number[] = [];
        fitMixture(clouds(THREE, 40, 1.5, seed), 2, {
          components,
          rounds: 12,
          seed,
          onRound: (value) => seen.push(value),
        });
        for (let i = 1; i < seen.length; i++) expect(seen[i]).toBeGreaterThanOrEqual(seen[i - 1]! - 1e-9);
      }),
      { numRuns: 25, seed: 4 },
    );
  });

  it('of one component is the mean and the variance of the points', () => {
    const points = Float32Array.of(1, 10, 2, 20, 6, 60);
    const { means, variances, weights } = fitMixture(points, 2, { components: 1, rounds: 2, seed: 1 });
    expect(weights[0]).toBe(1);
    expect([...means]).toEqual([3, 30]);
    expect(variances[0]).toBeCloseTo(14 / 3, 8);
    expect(variances[1]).toBeCloseTo(1400 / 3, 6);
  });

  it('recovers the mixture that points were drawn from', () => {
    const { weights, means, variances } = fitMixture(clouds(THREE, 300, 0.5), 2, { components: 3, rounds: 20, seed: 1 });
    for (const [x, y] of THREE) {
      const k = [0, 1, 2].find((c) => Math.hypot(means[2 * c]! - x!, means[2 * c + 1]! - y!) < 0.15)!;
      expect(weights[k]).toBeCloseTo(1 / 3, 2);
      expect(Math.sqrt(variances[2 * k]!)).toBeCloseTo(0.5, 1);
    }
  });

  it('has the likelihood of the textbook formula', () => {
    const mixture: Mixture = {
      dims: 1,
      components: 2,
      weights: Float64Array.of(0.25, 0.75),
      means: Float64Array.of(-1, 2),
      variances: Float64Array.of(0.5, 4),
    };
    const density = (x: number, k: number): number =>
      (mixture.weights[k]! * Math.exp(-((x - mixture.means[k]!) ** 2) / (2 * mixture.variances[k]!))) /
      Math.sqrt(2 * Math.PI * mixture.variances[k]!);
    const { shares, logLikelihood } = posteriors(mixture, Float32Array.of(0.5, -3));
    expect(logLikelihood).toBeCloseTo(
      (Math.log(density(0.5, 0) + density(0.5, 1)) + Math.log(density(-3, 0) + density(-3, 1))) / 2,
      10,
    );
    expect(shares[0]).toBeCloseTo(density(0.5, 0) / (density(0.5, 0) + density(0.5, 1)), 10);
  });
});

describe('a Fisher vector', () => {
  const points = clouds(THREE, 5, 1.2, 9);
  const mixture = fitMixture(clouds(THREE, 60, 1), 2, { components: 3, rounds: 6, seed: 1 });
  const all = Array.from({ length: 15 }, (_, p) => p);

  it("is the gradient of the log-likelihood by means and deviations, by the root of each parameter's information", () => {
    const out = new Float32Array(fisherLength(mixture));
    writeFisherVector(mixture, { points, shares: posteriors(mixture, points).shares, members: all }, out, 0);
    const step = 1e-5;
    const slope = (change: (by: number) => Partial<Mixture>): number => {
      const at = (by: number): number => posteriors({ ...mixture, ...change(by) }, points).logLikelihood;
      return (at(step) - at(-step)) / (2 * step);
    };
    for (let k = 0; k < 3; k++)
      for (let i = 0; i < 2; i++) {
        const place = 2 * k + i;
        const deviation = Math.sqrt(mixture.variances[place]!);
        const moved = (by: number) => ({ means: mixture.means.with(place, mixture.means[place]! + by) });
        const widened = (by: number) => ({ variances: mixture.variances.with(place, (deviation + by) ** 2) });
        // Information about a mean: π/σ²; about a deviation: 2π/σ².
        expect(out[place]).toBeCloseTo((slope(moved) * deviation) / Math.sqrt(mixture.weights[k]!), 4);
        expect(out[6 + place]).toBeCloseTo((slope(widened) * deviation) / Math.sqrt(2 * mixture.weights[k]!), 4);
      }
  });

  it('nearly vanishes for the points that the mixture was fitted to', () => {
    const own = clouds(THREE, 60, 1);
    const fitted = fitMixture(own, 2, { components: 3, rounds: 200, seed: 1 });
    const out = new Float32Array(fisherLength(fitted));
    writeFisherVector(
      fitted,
      { points: own, shares: posteriors(fitted, own).shares, members: Array.from({ length: 180 }, (_, p) => p) },
      out,
      0,
    );
    expect(Math.max(...out.map(Math.abs))).toBeLessThan(1e-3);
  });

  it('of no points is zero', () => {
    const out = new Float32Array(fisherLength(mixture));
    writeFisherVector(mixture, { points, shares: posteriors(mixture, points).shares, members: [] }, out, 0);
    expect(out.every((value) => value === 0)).toBe(true);
  });
});

describe('a bag of words', () => {
  it('shares each point among its five nearest words by a Gaussian, and counts to one', () => {
    const codebook = { dims: 1, words: 7, centres: Float64Array.of(9, 0, 1, 2, 3, 4, -20), distortion: 2 };
    const shares = softAssignment(codebook, Float32Array.of(1.25));
    const expected = [9, 0, 1, 2, 3, 4, -20].map((c) => ([0, 1, 2, 3, 4].includes(c) ? Math.exp(-((c - 1.25) ** 2) / 2) : 0));
    const total = expected.reduce((a, b) => a + b, 0);
    for (const [word, value] of expected.entries()) expect(shares[word]).toBeCloseTo(value / total, 10);
    const out = new Float32Array(9);
    writeBagOfWords(softAssignment(codebook, Float32Array.of(0, 3, 9)), 7, [0, 2], out, 1);
    expect(out.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    expect([out[0], out[8]]).toEqual([0, 0]);
  });

  it('takes all words where there are fewer than five', () => {
    const shares = softAssignment({ dims: 1, words: 2, centres: Float64Array.of(0, 1), distortion: 1 }, Float32Array.of(0.5));
    expect([...shares]).toEqual([0.5, 0.5]);
  });
});

describe('a pyramid', () => {
  it('puts every point into one region of each level', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 20 }), (values) => {
        const centres = Float32Array.from(values.slice(0, 2 * Math.floor(values.length / 2)));
        for (const levels of [QUARTERS, STRIPES]) {
          const regions = regionMembers(levels, centres);
          expect(regions).toHaveLength(regionCount(levels));
          expect(regions[0]).toHaveLength(centres.length / 2);
          expect(
            regions
              .slice(1)
              .flat()
              .sort((a, b) => a - b),
          ).toEqual(regions[0]);
        }
      }),
    );
  });

  it('counts regions row by row', () => {
    const centres = Float32Array.of(0.2, 0.2, 0.8, 0.2, 0.2, 0.8, 1, 1);
    expect(regionMembers(QUARTERS, centres)).toEqual([[0, 1, 2, 3], [0], [1], [2], [3]]);
    expect(regionMembers(STRIPES, centres).slice(1)).toEqual([[0, 1], [], [2, 3]]);
  });
});

describe('power normalisation', () => {
  it('takes signed roots and makes the length 1', () => {
    const values = Float32Array.of(7, -4, 9, 0);
    powerNormalise(values, 1, 4);
    expect(values[0]).toBe(7);
    expect(values[1]).toBeCloseTo(-2 / Math.sqrt(13), 6);
    expect(values[2]).toBeCloseTo(3 / Math.sqrt(13), 6);
  });
});
