import { createRandom, WorkerPool } from '@incognita/runtime';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linearScores } from '../../network/perceptron.js';
import { solveSvm } from './solveSvm.js';
import { evaluateLinear, trainLinearSvm } from './trainLinearSvm.node.js';

/** Products of points [n, dims], each with a constant 1. */
function gramOf(points: readonly (readonly number[])[]): Float32Array {
  return Float32Array.from(points.flatMap((a) => points.map((b) => 1 + a.reduce((sum, value, i) => sum + value * b[i]!, 0))));
}

const coordinate = fc.integer({ min: -8, max: 8 }).map((value) => value / 4);
const point = fc.tuple(coordinate, coordinate);
const options = { cost: 1.5, positiveCost: 2, tolerance: 1e-9 };

describe('a support vector machine', () => {
  it('closes the gap between primal and dual, whatever the examples', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(point, fc.boolean()), { minLength: 1, maxLength: 12 }), (examples) => {
        const signs = Int8Array.from(examples, ([, positive]) => (positive ? 1 : -1));
        const { alphas, primal, dual } = solveSvm(gramOf(examples.map(([p]) => p)), signs, options);
        expect(primal - dual).toBeLessThan(1e-8 * primal);
        for (const [i, alpha] of alphas.entries()) {
          expect(alpha).toBeGreaterThanOrEqual(0);
          expect(alpha).toBeLessThanOrEqual(1.5 * (signs[i]! > 0 ? 2 : 1));
        }
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('is the minimum that a search over all planes finds', () => {
    const points = [[0.2], [1.1], [0.7], [-0.4], [0.9]];
    const signs = Int8Array.of(1, 1, -1, -1, -1);
    const objective = (w: number, b: number): number =>
      points.reduce(
        (sum, [x], i) => {
          const cost = 1.5 * (signs[i]! > 0 ? 2 : 1);
          return sum + cost * Math.max(0, 1 - signs[i]! * (w * x! + b));
        },
        (w * w + b * b) / 2,
      );
    let [w, b, best] = [0, 0, objective(0, 0)];
    for (let reach = 4; reach > 1e-8; reach *= 0.7) {
      const [u, v] = [w, b];
      for (let i = -20; i <= 20; i++)
        for (let j = -20; j <= 20; j++) {
          const [x, y] = [u + (reach * i) / 20, v + (reach * j) / 20];
          if (objective(x, y) < best) [w, b, best] = [x, y, objective(x, y)];
        }
    }
    const { alphas, primal } = solveSvm(gramOf(points), signs, options);
    expect(primal).toBeCloseTo(best, 5);
    expect(alphas.reduce((sum, alpha, i) => sum + alpha * signs[i]! * points[i]![0]!, 0)).toBeCloseTo(w, 3);
    expect(alphas.reduce((sum, alpha, i) => sum + alpha * signs[i]!, 0)).toBeCloseTo(b, 3);
  });

  it('of two points is the plane half way between them', () => {
    // With the bias as a coordinate: w = (1, 0), b = 0 for ±1; margins are 1.
    const { alphas, primal } = solveSvm(gramOf([[1], [-1]]), Int8Array.of(1, -1), { ...options, cost: 100 });
    expect([...alphas]).toEqual([expect.closeTo(0.5, 4), expect.closeTo(0.5, 4)]);
    expect(primal).toBeCloseTo(0.5, 5);
  });

  it('refuses products that are none', () => {
    expect(() => solveSvm(Float32Array.of(Number.NaN), Int8Array.of(1), options)).toThrow(/example 0 with itself is NaN/);
  });
});

describe('machines for many classes', () => {
  let pool: WorkerPool;
  beforeAll(() => {
    pool = new WorkerPool({ workers: 2 });
  });
  afterAll(() => pool.dispose());

  const [classes, each, dims] = [20, 4, 6];
  const random = createRandom(8);
  const centres = Array.from({ length: classes * dims }, () => random.gaussian());
  const labels = Int32Array.from({ length: classes * each }, (_, e) => Math.floor(e / each));
  const draw = () => ({
    count: labels.length,
    dims,
    data: Float32Array.from({ length: labels.length * dims }, (_, i) => {
      const c = labels[Math.floor(i / dims)]!;
      return centres[c * dims + (i % dims)]! + 0.05 * random.gaussian();
    }),
  });

  it('name examples that they never saw, and rank them as their scores do', async () => {
    const svm = await trainLinearSvm(draw(), { pool, labels, classes: classes + 1, cost: 10 });
    const unseen = draw();
    const accuracy = await evaluateLinear(svm, unseen, { pool, labels });
    expect(svm.gap).toBeLessThanOrEqual(0.01);
    expect(accuracy.top1).toBeGreaterThan(0.9);
    for (let e = 0; e < 5; e++) {
      const scores = Array.from(linearScores(svm, unseen.data.subarray(e * dims, (e + 1) * dims)));
      expect(accuracy.guesses[e]).toBe(scores.indexOf(Math.max(...scores)));
      expect(accuracy.ranks[e]).toBe(scores.filter((score) => score > scores[labels[e]!]!).length);
      // The class without examples.
      expect(scores[classes]).toBe(-1);
    }
  });

  it('are optimal for each class by itself', async () => {
    const features = draw();
    const svm = await trainLinearSvm(features, { pool, labels, classes, cost: 2, positiveCost: 3, tolerance: 1e-4 });
    const rows = Array.from(labels, (_, e) => Array.from(features.data.subarray(e * dims, (e + 1) * dims)));
    for (const c of [0, 7, 19]) {
      const weights = svm.weights.subarray(c * (dims + 1), (c + 1) * (dims + 1));
      const primal = rows.reduce(
        (sum, row, e) => {
          const output = weights.reduce((total, weight, i) => total + weight * (row[i] ?? 1), 0);
          return sum + (labels[e] === c ? 6 * Math.max(0, 1 - output) : 2 * Math.max(0, 1 + output));
        },
        weights.reduce((total, weight) => total + weight * weight, 0) / 2,
      );
      const signs = Int8Array.from(labels, (label) => (label === c ? 1 : -1));
      const best = solveSvm(gramOf(rows), signs, { cost: 2, positiveCost: 3, tolerance: 1e-5 });
      expect(primal).toBeLessThan(best.primal * (1 + 2e-4));
      expect(primal).toBeGreaterThan(best.dual * (1 - 1e-5));
    }
  });

  it('refuse labels that are no class, and features of another length', async () => {
    const features = draw();
    await expect(trainLinearSvm(features, { pool, labels, classes: 5 })).rejects.toThrow(/A label is 5, with 5 classes/);
    await expect(trainLinearSvm(features, { pool, labels: labels.subarray(1), classes })).rejects.toThrow(/79 labels for 80/);
    const classifier = { classes: 2, features: 3, weights: new Float32Array(8) };
    await expect(evaluateLinear(classifier, features, { pool, labels })).rejects.toThrow(
      /trained on 3 features, and these are 6/,
    );
  });
});
