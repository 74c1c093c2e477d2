import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { WorkerPool } from '@incognita/runtime';
import {
  type CellRow,
  createWorkspace,
  decodeSafetensors,
  type ExemplarRow,
  type IconRow,
  type PointRow,
  readParquet,
  type WorkspaceManifest,
} from '@incognita/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawPictures, tinyNet } from '../testing.node.js';
import { buildAtlas } from './buildAtlas.node.js';
import { estimate } from './estimate.node.js';
import type { AtlasOptions, AtlasProgress } from './options.js';

const pool = new WorkerPool({ workers: 2 });
const lonely = new WorkerPool({ workers: 1 });
let folder = '';
let options: AtlasOptions;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'atlas-test-'));
  await writeFile(path.join(folder, 'tiny.onnx'), tinyNet());
  await drawPictures(path.join(folder, 'pictures'));
  options = {
    modelPath: path.join(folder, 'tiny.onnx'),
    picturesDir: path.join(folder, 'pictures'),
    layers: ['two'],
    grids: [2, 4],
    seed: 3,
    activations: 200,
    preset: {
      name: 'test',
      activations: 200,
      umap: { neighbors: 10, minDist: 0.1, metric: 'cosine' },
      grids: [],
      minMembers: 2,
      ridgeRatio: 1e-3,
      icon: { cosinePower: 2, lucidCompat: false, steps: 6, warmSteps: 3, tries: 2, transforms: 'none', sizePx: null },
      legacyLayout: false,
    },
  };
});

afterAll(async () => {
  await pool.dispose();
  await lonely.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function build(
  name: string,
  changes: Partial<AtlasOptions> = {},
  watch: { signal?: AbortSignal; pool?: WorkerPool; onProgress?: (p: AtlasProgress) => void } = {},
) {
  const workspace = await createWorkspace(path.join(folder, name));
  try {
    return await buildAtlas({ ...options, ...changes }, { workspace, pool, ...watch });
  } finally {
    await workspace.close();
  }
}

/** Every file of a workspace but the log of the run. */
async function filesOf(name: string): Promise<Map<string, string>> {
  const root = path.join(folder, name);
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name === 'run.jsonl') continue;
    const file = path.join(entry.parentPath, entry.name);
    files.set(path.relative(root, file), (await readFile(file)).toString('base64'));
  }
  return files;
}

const manifestOf = async (name: string) =>
  JSON.parse(await readFile(path.join(folder, name, 'incognita.json'), 'utf8')) as WorkspaceManifest;
const bytesOf = (name: string, file: string) => readFile(path.join(folder, name, file));

describe('buildAtlas', () => {
  it('makes a complete workspace whose tables and sheets fit together', async () => {
    const seen = new Set<string>();
    const result = await build('whole', {}, { onProgress: ({ stage }) => seen.add(stage) });
    expect([...seen]).toEqual(['pictures', 'collect', 'neighbors', 'layout', 'cells', 'attribution', 'icons']);
    expect(result.skipped).toEqual([{ file: 'red/broken.png', reason: expect.stringContaining('not a picture') }]);
    const manifest = await manifestOf('whole');
    expect(manifest).toMatchObject({
      complete: true,
      progress: null,
      seed: 3,
      preset: 'test',
      classes: { tensor: 'logits', names: ['class 0', 'class 1', 'class 2'] },
    });
    expect(manifest.dataset.pictures).toHaveLength(24);
    expect(manifest.dataset.pictures[0]!.label).toBe('blue');
    const [layer] = manifest.layers;
    expect(layer).toMatchObject({ layer: 'conv2', channels: 12, heightPositions: 6, widthPositions: 6, activations: 200 });
    const points = await readParquet<PointRow>(await bytesOf('whole', layer!.points));
    expect(points).toHaveLength(200);
    for (const { row, column } of points) expect([row >= 1 && row <= 4, column >= 1 && column <= 4]).toEqual([true, true]);
    let cellsTotal = 0;
    for (const grid of layer!.grids) {
      const cells = await readParquet<CellRow>(await bytesOf('whole', grid.cells));
      cellsTotal += cells.length;
      const vectors = decodeSafetensors(await bytesOf('whole', grid.vectors)).tensors;
      expect(vectors.get('direction')!.shape).toEqual([cells.length, 12]);
      const attribution = vectors.get('attribution')!;
      expect(attribution.shape).toEqual([cells.length, 3]);
      for (const [r, { topClass }] of cells.entries()) {
        const row = Array.from(attribution.data.subarray(r * 3, r * 3 + 3) as Float32Array);
        expect(row[topClass!]).toBe(Math.max(...row));
      }
      for (const cell of cells) {
        const inside = points.filter(
          ({ x, y }) =>
            Math.min(grid.size - 1, Math.floor(x * grid.size)) === cell.gridX &&
            Math.min(grid.size - 1, Math.floor(y * grid.size)) === cell.gridY,
        );
        expect(cell.count).toBe(inside.length);
      }
      const exemplars = await readParquet<ExemplarRow>(await bytesOf('whole', grid.exemplars));
      for (const { cell, count } of cells) expect(exemplars.filter((row) => row.cell === cell)).toHaveLength(Math.min(12, count));
      expect(grid.patches.flatMap(({ ids }) => ids)).toEqual(cells.map(({ cell }) => cell));
      const scores = await readParquet<IconRow>(await bytesOf('whole', grid.iconScores[0]!));
      expect(scores.map(({ cell }) => cell)).toEqual(grid.icons.flatMap(({ ids }) => ids));
      expect(scores).toHaveLength(grid.iconsPlanned);
      for (const { naturalPercentile } of scores) expect(naturalPercentile >= 0 && naturalPercentile <= 1).toBe(true);
    }
    expect(result.layers[0]!.cells).toBe(cellsTotal);
    expect(result.noClasses).toBeNull();
  });

  it('gives the same bytes on one worker as on two, and after any break', async () => {
    await build('again', {}, { pool: lonely });
    const whole = await filesOf('whole');
    expect(await filesOf('again')).toEqual(whole);
    for (const stage of ['pictures', 'collect', 'neighbors', 'layout', 'attribution', 'icons'] as const) {
      const stop = new AbortController();
      const onProgress = (progress: AtlasProgress) => {
        if (progress.stage === stage && progress.done > 0) stop.abort(new Error(`stop at ${stage}`));
      };
      await expect(build('broken', {}, { signal: stop.signal, onProgress })).rejects.toThrow(`stop at ${stage}`);
    }
    await build('broken');
    expect(await filesOf('broken')).toEqual(whole);
  });

  it('makes the map without classes where an operator on the way to them has no gradient', async () => {
    const modelPath = path.join(folder, 'blocked.onnx');
    await writeFile(modelPath, tinyNet({ behind: 'Round' }));
    const result = await build('blocked', { modelPath, icons: 'none' });
    expect(result.noClasses).toMatch(/Round/);
    expect(result.layers[0]!.cells).toBeGreaterThan(0);
  });

  it('lays out other points for another seed', async () => {
    await build('seed', { seed: 4, icons: 'none' });
    const [a, b] = [await manifestOf('whole'), await manifestOf('seed')];
    expect(b.layers[0]!.grids[0]!.icons).toEqual([]);
    expect(b.layers[0]!.grids[0]!.iconsPlanned).toBe(0);
    expect(await bytesOf('seed', b.layers[0]!.points)).not.toEqual(await bytesOf('whole', a.layers[0]!.points));
  });

  it('says what is wrong before it computes anything', async () => {
    await expect(build('wrong', { layers: ['twoo'] })).rejects.toThrow(/two/);
    await expect(build('wrong', { preset: 'nonsense' })).rejects.toThrow(/incognita/);
    await expect(build('wrong', { picturesDir: path.join(folder, 'nowhere') })).rejects.toThrow(/nowhere/);
    await expect(build('wrong', { classNames: { names: ['a'], source: 'a test' } })).rejects.toThrow(/3 classes/);
  });
});

describe('estimate', () => {
  it('gives a positive time for every stage and a size of memory', async () => {
    const { seconds, memoryBytes } = await estimate(options, { pool });
    for (const value of Object.values(seconds)) expect(value).toBeGreaterThan(0);
    expect(memoryBytes).toBeGreaterThan(1e8);
  });
});
