import { jacobiEigen } from '@incognita/runtime';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomFor } from '../random.js';
import { clusteredPoints } from '../testing.js';
import { cholesky, choleskySolve } from './cholesky.js';
import { principalComponents } from './principalComponents.js';
import { ridgeWhitening } from './ridgeWhitening.js';
import { moments } from './secondMoment.js';

/** A random positive definite matrix. */
function positive(d: number, seed: number): Float64Array {
  const random = randomFor(seed);
  const data = Float32Array.from({ length: 3 * d * d }, () => random.gaussian());
  return moments(data, 3 * d, d).secondMoment;
}

describe('cholesky', () => {
  it('solves A·x = b for random positive definite A', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (d, seed) => {
        const a = positive(d, seed);
        const random = randomFor(seed, 'x');
        const x = Float64Array.from({ length: d }, () => random.gaussian());
        const b = x.map((_, i) => x.reduce((sum, value, j) => sum + a[i * d + j]! * value, 0));
        const solved = choleskySolve(cholesky(a, d), d, b);
        for (let i = 0; i < d; i++) expect(solved[i]).toBeCloseTo(x[i]!, 6);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('names the pivot of a matrix that is not positive definite', () => {
    expect(() => cholesky(Float64Array.from([1, 2, 2, 1]), 2)).toThrow(/pivot 1 of 2 is -3/);
  });
});

describe('moments', () => {
  it('equals XᵀX/N and the mean, summed the naive way', () => {
    const data = clusteredPoints(50, 4, 2, 3);
    const { secondMoment, mean } = moments(data, 50, 4);
    for (let i = 0; i < 4; i++) {
      let m = 0;
      for (let n = 0; n < 50; n++) m += data[n * 4 + i]! / 50;
      expect(mean[i]).toBeCloseTo(m, 10);
      for (let j = 0; j < 4; j++) {
        let sum = 0;
        for (let n = 0; n < 50; n++) sum += (data[n * 4 + i]! * data[n * 4 + j]!) / 50;
        expect(secondMoment[i * 4 + j]).toBeCloseTo(sum, 10);
      }
    }
  });
});

describe('ridgeWhitening', () => {
  it('undoes the ridged matrix and reports its condition number', () => {
    const d = 8;
    const c = positive(d, 5);
    const whitening = ridgeWhitening(c, d);
    let trace = 0;
    for (let i = 0; i < d; i++) trace += c[i * d + i]!;
    const ridged = c.slice();
    for (let i = 0; i < d; i++) ridged[i * d + i]! += (1e-3 * trace) / d;
    const v = Float64Array.from({ length: d }, (_, i) => i - 3);
    const s = whitening.apply(v);
    for (let i = 0; i < d; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += ridged[i * d + j]! * s[j]!;
      expect(sum).toBeCloseTo(v[i]!, 8);
    }
    const values = Array.from(jacobiEigen(ridged, d).values).sort((p, q) => p - q);
    expect(whitening.conditionNumber / (values[d - 1]! / values[0]!)).toBeCloseTo(1, 4);
  });

  it('bears a channel that is never active, which makes the plain inverse impossible', () => {
    const data = clusteredPoints(100, 3, 2, 1);
    for (let n = 0; n < 100; n++) data[n * 3 + 1] = 0;
    const { secondMoment } = moments(data, 100, 3);
    expect(() => cholesky(secondMoment, 3)).toThrow(/not positive definite/);
    expect(ridgeWhitening(secondMoment, 3).apply([0, 1, 0]).every(Number.isFinite)).toBe(true);
  });

  it('refuses a layer that is zero everywhere', () => {
    expect(() => ridgeWhitening(new Float64Array(4), 2)).toThrow(/choose another layer/);
  });
});

describe('principalComponents', () => {
  it('finds the eigenvectors of the covariance with the largest eigenvalues', () => {
    const d = 9;
    const m = moments(clusteredPoints(400, d, 5, 8), 400, d);
    const covariance = m.secondMoment.map((value, i) => value - m.mean[Math.floor(i / d)]! * m.mean[i % d]!);
    const { values, vectors } = jacobiEigen(covariance, d);
    const order = Array.from(values.keys()).sort((a, b) => values[b]! - values[a]!);
    const axes = principalComponents(m, 2, { seed: 1 });
    for (let k = 0; k < 2; k++) {
      let dot = 0;
      for (let i = 0; i < d; i++) dot += axes[k * d + i]! * vectors[i * d + order[k]!]!;
      expect(Math.abs(dot)).toBeCloseTo(1, 6);
    }
  });
});
