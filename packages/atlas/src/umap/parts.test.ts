import { describe, expect, it } from 'vitest';
import { clusteredPoints, naiveNeighbors } from '../testing.js';
import { similarityCurve } from './curve.js';
import { fuzzyGraph } from './fuzzyGraph.js';
import { gradientTable, SHIFT } from './gradientTable.js';
import { memberships, smoothDistances } from './smoothDistances.js';

describe('similarityCurve', () => {
  it.each([
    // Values of umap-learn's find_ab_params(spread=1, min_dist), as printed in its documentation and tests.
    [0.1, 1.577, 0.895],
    [0.5, 0.583, 1.334],
  ])('fits the parameters of umap-learn for min_dist %f', (minDist, a, b) => {
    const fitted = similarityCurve(minDist);
    expect(fitted.a).toBeCloseTo(a, 2);
    expect(fitted.b).toBeCloseTo(b, 2);
  });

  it('cannot be improved by a small change of either parameter', () => {
    const error = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < 300; i++) {
        const x = (3 * i) / 299;
        sum += ((x < 0.05 ? 1 : Math.exp(-(x - 0.05))) - 1 / (1 + a * x ** (2 * b))) ** 2;
      }
      return sum;
    };
    const { a, b } = similarityCurve(0.05);
    for (const [da, db] of [
      [1e-3, 0],
      [-1e-3, 0],
      [0, 1e-3],
      [0, -1e-3],
    ] as const) {
      expect(error(a + da, b + db)).toBeGreaterThan(error(a, b));
    }
  });
});

describe('smoothDistances', () => {
  it('makes the similarities of every point add up to log2 of its neighbours and itself', () => {
    const lists = naiveNeighbors(clusteredPoints(200, 6, 3, 1), 6, 14, 'euclidean');
    const weights = memberships(lists, smoothDistances(lists));
    for (let i = 0; i < 200; i++) {
      let sum = 0;
      for (let k = 0; k < 14; k++) sum += weights[i * 14 + k]!;
      expect(sum).toBeCloseTo(Math.log2(15), 3);
    }
  });
});

describe('fuzzyGraph', () => {
  it('equals p + q − p·q on dense matrices', () => {
    const lists = naiveNeighbors(clusteredPoints(60, 5, 3, 4), 5, 7, 'cosine');
    const weights = memberships(lists, smoothDistances(lists));
    const dense = new Float64Array(60 * 60);
    for (let i = 0; i < 60; i++) {
      for (let k = 0; k < 7; k++) dense[i * 60 + lists.indices[i * 7 + k]!] = weights[i * 7 + k]!;
    }
    const graph = fuzzyGraph(lists);
    const found = new Float64Array(60 * 60);
    for (let i = 0; i < 60; i++) {
      for (let e = graph.start[i]!; e < graph.start[i + 1]!; e++) {
        if (e > graph.start[i]!) expect(graph.end[e]).toBeGreaterThan(graph.end[e - 1]!);
        found[i * 60 + graph.end[e]!] = graph.weight[e]!;
      }
    }
    for (let i = 0; i < 60; i++) {
      for (let j = 0; j < 60; j++) {
        const p = dense[i * 60 + j]!;
        const q = dense[j * 60 + i]!;
        expect(found[i * 60 + j]).toBeCloseTo(p + q - p * q, 6);
      }
    }
  });
});

describe('gradientTable', () => {
  it('agrees with the formulas to half a percent', () => {
    const { a, b } = similarityCurve(0.1);
    const table = gradientTable(a, b, 1);
    const bits = new Int32Array(1);
    const single = new Float32Array(bits.buffer);
    for (let s = 1e-6; s < 1e4; s *= 1.037) {
      single[0] = s;
      const at = (bits[0]! >> SHIFT) - table.first;
      const attraction = (-2 * a * b * s ** (b - 1)) / (1 + a * s ** b);
      const repulsion = (2 * b) / ((0.001 + s) * (1 + a * s ** b));
      expect(Math.abs(table.attraction[at]! / attraction - 1)).toBeLessThan(0.005);
      expect(Math.abs(table.repulsion[at]! / repulsion - 1)).toBeLessThan(0.005);
    }
  });
});
