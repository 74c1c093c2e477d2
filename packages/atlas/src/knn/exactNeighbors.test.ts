import { WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { type Moments, moments } from '../linalg/secondMoment.js';
import { taskRef } from '../tasks.js';
import { clusteredPoints, naiveNeighbors } from '../testing.js';
import { exactNeighbors } from './exactNeighbors.js';

const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.dispose());

describe('exactNeighbors', () => {
  it.each(['cosine', 'euclidean'] as const)('finds the neighbours of the naive search, nearest first: %s', async (metric) => {
    const channels = 12;
    const keys = clusteredPoints(2500, channels, 6, 3);
    const found = await exactNeighbors({ keys, channels, neighbors: 9, metric }, pool);
    const naive = naiveNeighbors(keys, channels, 9, metric);
    expect(found.indices).toEqual(naive.indices);
    for (let i = 0; i < naive.distances.length; i++) expect(found.distances[i]).toBeCloseTo(naive.distances[i]!, 5);
  });

  it('orders points that are equally far by their index, also zero vectors', async () => {
    const keys = new Float32Array(30 * 3);
    for (let i = 0; i < 15; i++) keys.set([1, 2, 3], i * 3);
    const found = await exactNeighbors({ keys, channels: 3, neighbors: 4, metric: 'cosine' }, pool);
    expect(found.indices).toEqual(naiveNeighbors(keys, 3, 4, 'cosine').indices);
  });

  it('finds the neighbours of other points', async () => {
    const all = clusteredPoints(300, 5, 4, 7);
    const keys = all.slice(0, 280 * 5);
    const found = await exactNeighbors(
      { keys, channels: 5, queries: all.slice(280 * 5), neighbors: 3, metric: 'euclidean' },
      pool,
    );
    const naive = naiveNeighbors(all, 5, 299, 'euclidean');
    for (let i = 0; i < 20; i++) {
      const expected = Array.from(naive.indices.subarray((280 + i) * 299, (281 + i) * 299)).filter((j) => j < 280);
      expect(Array.from(found.indices.subarray(i * 3, i * 3 + 3))).toEqual(expected.slice(0, 3));
    }
  });

  it('refuses more neighbours than there are points', async () => {
    const asked = exactNeighbors({ keys: new Float32Array(10), channels: 2, neighbors: 5, metric: 'cosine' }, pool);
    await expect(asked).rejects.toThrow(/1 to 4/);
  });
});

describe('momentsOf', () => {
  it('agrees with the sums in double precision', async () => {
    const data = clusteredPoints(5000, 24, 5, 1);
    const exact = moments(data, 5000, 24);
    const fast = await pool.run<unknown, Moments>(taskRef('linalg/moments.task', 'momentsOf'), {
      data,
      channels: 24,
      unit: false,
    });
    let scale = 0;
    for (const value of exact.secondMoment) scale = Math.max(scale, Math.abs(value));
    for (let i = 0; i < 24 * 24; i++) expect(Math.abs(fast.secondMoment[i]! - exact.secondMoment[i]!)).toBeLessThan(1e-5 * scale);
  });
});
