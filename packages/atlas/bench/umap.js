/**
 * UMAP against umap-js: quality and speed on the same data, neighbours, distances and epochs.
 *
 *   node packages/atlas/bench/umap.js [workspace] [points]
 *
 * Data: the first activations of the first layer of a workspace, or made-up clusters where none is given.
 */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WorkerPool } from '@incognita/runtime';
import { decodeSafetensors } from '@incognita/workspace';
import { UMAP } from 'umap-js';
import { exactNeighbors, moments, neighborRecall, principalLayout, trustworthiness, umap } from '../dist/index.js';
import { unitRows } from '../dist/knn/distance.js';
import { randomFor } from '../dist/random.js';

const [workspace, count = '5000'] = process.argv.slice(2);
const { data, channels } = workspace === undefined ? clusters(Number(count), 64) : await activations(workspace, Number(count));
const points = data.length / channels;
const settings = { neighbors: 15, minDist: 0.05, epochs: 200, metric: 'cosine' };
const pool = new WorkerPool({ workers: 2 });

const ours = await timed(async () => {
  const unit = unitRows(data, channels);
  const start = principalLayout(unit, moments(unit, points, channels), { seed: 1 });
  const lists = await exactNeighbors({ keys: data, channels, neighbors: settings.neighbors - 1, metric: settings.metric }, pool);
  return umap(lists, start, { seed: 1, minDist: settings.minDist, epochs: settings.epochs });
});
const random = randomFor('umap-js');
const theirs = await timed(async () => {
  const peer = new UMAP({
    nNeighbors: settings.neighbors,
    minDist: settings.minDist,
    nEpochs: settings.epochs,
    random: () => random.uniform(),
    distanceFn: cosineDistance,
  });
  const rows = Array.from({ length: points }, (_, i) => Array.from(data.subarray(i * channels, (i + 1) * channels)));
  return Float32Array.from(peer.fit(rows).flat());
});

const truth = await exactNeighbors({ keys: data, channels, neighbors: points - 1, metric: settings.metric }, pool);
for (const [name, { value, seconds }] of Object.entries({ ours, theirs })) {
  const near = await exactNeighbors({ keys: value, channels: 2, neighbors: 15, metric: 'euclidean' }, pool);
  const trust = trustworthiness(near, rankOf);
  const recall = neighborRecall({ count: points, neighbors: 15, indices: firstNeighbors(15), distances: near.distances }, near);
  console.log(`${name}: trustworthiness@15 ${trust.toFixed(4)}, recall@15 ${recall.toFixed(4)}, ${seconds.toFixed(1)} s`);
}
console.log(`${points} points of ${channels} numbers: ${(theirs.seconds / ours.seconds).toFixed(1)} times as fast as umap-js`);
await pool.dispose();

function rankOf(i) {
  const rank = new Int32Array(points);
  for (let k = 0; k < points - 1; k++) rank[truth.indices[i * (points - 1) + k]] = k + 1;
  return rank;
}

function firstNeighbors(k) {
  return Int32Array.from({ length: points * k }, (_, at) => truth.indices[Math.floor(at / k) * (points - 1) + (at % k)]);
}

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { value, seconds: (performance.now() - start) / 1000 };
}

function cosineDistance(a, b) {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return aa > 0 && bb > 0 ? Math.max(0, 1 - dot / Math.sqrt(aa * bb)) : 1;
}

async function activations(folder, most) {
  const manifest = JSON.parse(await readFile(path.join(folder, 'incognita.json'), 'utf8'));
  const { tensors } = decodeSafetensors(await readFile(path.join(folder, manifest.layers[0].vectors)));
  const { data, shape } = tensors.get('activations');
  return { data: data.slice(0, most * shape[1]), channels: shape[1] };
}

function clusters(points, channels) {
  const random = randomFor('clusters');
  const centres = Array.from({ length: 20 * channels }, () => 2 * random.gaussian());
  const data = new Float32Array(points * channels);
  for (let i = 0; i < points; i++) {
    const cluster = random.integer(20);
    for (let c = 0; c < channels; c++) data[i * channels + c] = centres[cluster * channels + c] + random.gaussian();
  }
  return { data, channels };
}
