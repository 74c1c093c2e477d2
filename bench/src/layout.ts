import {
  exactNeighbors,
  moments,
  type NeighborLists,
  neighborRecall,
  principalLayout,
  trustworthiness,
  umap,
} from '@incognita/atlas';
import { WorkerPool } from '@incognita/runtime';
import { UMAP } from 'umap-js';
import { normals } from './noise.js';
import type { Table } from './table.js';

const points = 3000;
const channels = 64;
const epochs = 200;
const neighbors = 15;
const minDist = 0.1;

/** Forty clusters along a curve: structure at two scales, as activations have. */
function clusters(): Float32Array {
  const centers = normals(3, 40 * channels);
  const noise = normals(4, points * channels);
  return noise.map((value, i) => value * 0.35 + centers[(Math.floor(i / channels) % 40) * channels + (i % channels)]!);
}

/** Our UMAP against umap-js, with the same settings on the same data. */
export async function benchLayout(): Promise<Table> {
  const data = clusters();
  const pool = new WorkerPool({ workers: 2 });
  const near = (keys: Float32Array, width: number, count: number): Promise<NeighborLists> =>
    exactNeighbors({ keys, channels: width, neighbors: count, metric: 'euclidean' }, pool);
  await near(data.subarray(0, 64 * channels), channels, neighbors);
  const start = performance.now();
  const lists = await near(data, channels, neighbors);
  const first = principalLayout(data, moments(data, points, channels), { seed: 1 });
  const ours = await umap(lists, first, { minDist, epochs, seed: 1 });
  const ourSeconds = (performance.now() - start) / 1000;

  const rows = Array.from({ length: points }, (_, i) => Array.from(data.subarray(i * channels, (i + 1) * channels)));
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const theirStart = performance.now();
  const theirs = Float32Array.from(new UMAP({ nNeighbors: neighbors, minDist, nEpochs: epochs, random }).fit(rows).flat());
  const theirSeconds = (performance.now() - theirStart) / 1000;

  const rankOf = (point: number): Int32Array => ranks(data, point);
  const quality = async (layout: Float32Array): Promise<string[]> => {
    const shown = await near(layout, 2, 15);
    return [trustworthiness(shown, rankOf).toFixed(3), neighborRecall(lists, shown).toFixed(3)];
  };
  const [ourQuality, theirQuality] = [await quality(ours), await quality(theirs)];
  await pool.dispose();
  const speed = (seconds: number): string[] => [seconds.toFixed(1), Math.round(points / seconds).toLocaleString('en-US')];
  return {
    title: `Layout (${points} points of ${channels} channels, ${neighbors} neighbours, ${epochs} epochs)`,
    header: ['', 'seconds', 'points / s', 'trustworthiness@15', 'neighbour recall@15'],
    rows: [
      ['Incognita', ...speed(ourSeconds), ...ourQuality],
      ['umap-js 1.4.0', ...speed(theirSeconds), ...theirQuality],
      ['ratio', '', (theirSeconds / ourSeconds).toFixed(1), '', ''],
    ],
  };
}

/** The rank of every point as seen from one of them: 1 is the nearest other. */
function ranks(data: Float32Array, point: number): Int32Array {
  const distance = Float64Array.from({ length: points }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < channels; c++) sum += (data[i * channels + c]! - data[point * channels + c]!) ** 2;
    return i === point ? -1 : sum;
  });
  const rank = new Int32Array(points);
  for (const [place, i] of Array.from({ length: points }, (_, i) => i)
    .sort((a, b) => distance[a]! - distance[b]!)
    .entries())
    rank[i] = place;
  return rank;
}
