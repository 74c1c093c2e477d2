import { UMAP } from 'umap-js';
import { describe, expect, it } from 'vitest';
import { neighborRecall, trustworthiness } from '../layout/quality.js';
import { moments } from '../linalg/secondMoment.js';
import { randomFor } from '../random.js';
import { clusteredPoints, naiveDistance, naiveNeighbors, swissRoll } from '../testing.js';
import { principalLayout } from './initialize.js';
import type { NeighborLists } from './smoothDistances.js';
import { umapTransform } from './transform.js';
import { umap } from './umap.js';

/** Rank of every point as seen from every other, and the 15 nearest, from one naive sort. */
function reference(data: Float32Array, channels: number): { rankOf: (i: number) => Int32Array; nearest: NeighborLists } {
  const count = data.length / channels;
  const all = naiveNeighbors(data, channels, count - 1, 'euclidean');
  const rows = (k: number) =>
    Int32Array.from({ length: count * k }, (_, at) => all.indices[Math.floor(at / k) * (count - 1) + (at % k)]!);
  const rankOf = (i: number) => {
    const rank = new Int32Array(count);
    for (let k = 0; k < count - 1; k++) rank[all.indices[i * (count - 1) + k]!] = k + 1;
    return rank;
  };
  return { rankOf, nearest: { count, neighbors: 15, indices: rows(15), distances: new Float32Array(count * 15) } };
}

function quality(truth: ReturnType<typeof reference>, layout: Float32Array): { trust: number; recall: number } {
  const onMap = naiveNeighbors(layout, 2, 15, 'euclidean');
  return { trust: trustworthiness(onMap, truth.rankOf), recall: neighborRecall(truth.nearest, onMap) };
}

async function ours(data: Float32Array, channels: number, epochs: number, seed = 1): Promise<Float32Array> {
  const lists = naiveNeighbors(data, channels, 14, 'euclidean');
  const start = principalLayout(data, moments(data, data.length / channels, channels), { seed });
  return umap(lists, start, { seed, minDist: 0.1, epochs });
}

describe('umap', () => {
  it.each([
    ['clusters in 32 dimensions', clusteredPoints(2000, 32, 10, 1), 32],
    ['a rolled-up sheet', swissRoll(1500, 2), 3],
  ])('keeps neighbours as well as umap-js does: %s', async (_, data, channels) => {
    const count = data.length / channels;
    const random = randomFor(3);
    const peer = new UMAP({ nNeighbors: 15, minDist: 0.1, nEpochs: 200, random: () => random.uniform() });
    const theirs = Float32Array.from(
      peer.fit(Array.from({ length: count }, (_, i) => Array.from(data.subarray(i * channels, (i + 1) * channels)))).flat(),
    );
    const truth = reference(data, channels);
    const a = quality(truth, await ours(data, channels, 200));
    const b = quality(truth, theirs);
    expect(a.trust).toBeGreaterThan(b.trust - 0.01);
    expect(a.recall).toBeGreaterThan(b.recall - 0.01);
  });

  it('gives the same bytes for the same seed and others for another', async () => {
    const data = clusteredPoints(300, 8, 4, 5);
    const [first, again, other] = [await ours(data, 8, 50), await ours(data, 8, 50), await ours(data, 8, 50, 2)];
    expect(new Uint8Array(first.buffer)).toEqual(new Uint8Array(again.buffer));
    expect(first).not.toEqual(other);
  });

  it('lays points that all are equal out without a NaN', async () => {
    const layout = await ours(new Float32Array(40 * 3).fill(2), 3, 20);
    expect(layout.every(Number.isFinite)).toBe(true);
  });

  it('stops when its signal is aborted', async () => {
    const data = clusteredPoints(200, 4, 3, 1);
    const lists = naiveNeighbors(data, 4, 10, 'euclidean');
    const start = principalLayout(data, moments(data, 200, 4), { seed: 1 });
    const stop = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => {
      seen.push(done);
      if (done > 100) stop.abort(new Error('enough'));
    };
    await expect(umap(lists, start, { seed: 1, epochs: 5000 }, { onProgress, signal: stop.signal })).rejects.toThrow('enough');
    expect(seen.at(-1)).toBeLessThan(5000);
  });

  it('lays new points near the points they resemble, and leaves the map alone', async () => {
    const channels = 16;
    const all = clusteredPoints(700, channels, 5, 9);
    const data = all.slice(0, 600 * channels);
    const map = await ours(data, channels, 200);
    const before = map.slice();
    const full = naiveNeighbors(all, channels, 200, 'euclidean');
    const indices: number[] = [];
    const distances: number[] = [];
    for (let i = 600; i < 700; i++) {
      let found = 0;
      for (let k = i * 200; found < 14; k++) {
        if (full.indices[k]! >= 600) continue;
        indices.push(full.indices[k]!);
        distances.push(full.distances[k]!);
        found++;
      }
    }
    const lists = { count: 100, neighbors: 14, indices: Int32Array.from(indices), distances: Float32Array.from(distances) };
    const placed = await umapTransform(lists, map, { seed: 1, minDist: 0.1 });
    expect(map).toEqual(before);
    let near = 0;
    for (let i = 0; i < 100; i++) {
      const nearest = Array.from({ length: 600 }, (_, j) => j).sort(
        (p, q) =>
          Math.hypot(placed[2 * i]! - map[2 * p]!, placed[2 * i + 1]! - map[2 * p + 1]!) -
          Math.hypot(placed[2 * i]! - map[2 * q]!, placed[2 * i + 1]! - map[2 * q + 1]!),
      )[0]!;
      const original = naiveDistance(
        all.subarray((600 + i) * channels, (601 + i) * channels),
        all.subarray(nearest * channels, (nearest + 1) * channels),
        'euclidean',
      );
      if (original < 12) near++;
    }
    expect(near).toBeGreaterThan(95);
  });
});
