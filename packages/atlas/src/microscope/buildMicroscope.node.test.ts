import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readTensor } from '@incognita/onnx';
import { float32, openModel, WorkerPool } from '@incognita/runtime';
import { decodePicture, preprocess, resolvePreprocessing } from '@incognita/vision';
import {
  type ChannelExemplarRow,
  type ChannelImageRow,
  type ChannelLinkRow,
  type ChannelRow,
  type ClassPushRow,
  createWorkspace,
  decodeSafetensors,
  readParquet,
  type Workspace,
} from '@incognita/workspace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildAtlas } from '../pipeline/buildAtlas.node.js';
import { drawPictures, tinyNet } from '../testing.node.js';
import { buildMicroscope } from './buildMicroscope.node.js';

const pool = new WorkerPool({ workers: 2 });
let dir: string;
let modelPath: string;
let picturesDir: string;
let workspace: Workspace;
let tiny: Awaited<ReturnType<typeof openModel>>;

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'incognita-microscope-'));
  modelPath = path.join(dir, 'tiny.onnx');
  picturesDir = path.join(dir, 'pictures');
  await writeFile(modelPath, tinyNet());
  await drawPictures(picturesDir);
  tiny = await openModel(modelPath, { workers: 1 });
  workspace = await createWorkspace(path.join(dir, 'ws'));
});
afterAll(async () => {
  await pool.dispose();
  await tiny.dispose();
  await workspace.close();
  await rm(dir, { recursive: true });
});

const build = (where: Workspace, more: object = {}) =>
  buildMicroscope({ modelPath, picturesDir, images: 2, steps: 24, seed: 3, ...more }, { workspace: where, pool });

/** A tensor for every picture, one at a time. */
async function tapPictures(tensor: string): Promise<Float32Array[]> {
  const preprocessing = resolvePreprocessing(tiny.model);
  const maps: Float32Array[] = [];
  for (const { file } of (await workspace.readManifest())!.dataset.pictures) {
    const { input } = preprocess(await decodePicture(await readFile(path.join(picturesDir, file))), preprocessing);
    maps.push((await tiny.run({ image: float32([1, 3, 24, 24], input) }, { tap: [tensor] }))[tensor]!.data as Float32Array);
  }
  return maps;
}

const meanOf = (values: Float32Array): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('the microscope', () => {
  it('describes every channel as a naive pass over the pictures does', async () => {
    const result = await build(workspace);
    expect(result.pictures).toBe(24);
    expect(result.skipped).toHaveLength(1);
    const manifest = (await workspace.readManifest())!;
    expect(manifest.complete).toBe(true);
    expect(manifest.model.layers.find(({ tensor }) => tensor === 'two')).toMatchObject({
      kind: 'conv',
      shape: [1, 12, 6, 6],
      block: null,
    });
    const two = manifest.microscope!.layers.find(({ tensor }) => tensor === 'two')!;
    expect(two).toMatchObject({ channels: 12, layout: { kind: 'map', rows: 6, columns: 6, extraTokens: 0 }, kernels: null });
    const one = manifest.microscope!.layers.find(({ tensor }) => tensor === 'one')!;
    const kernels = decodeSafetensors(await workspace.read(one.kernels!)).tensors.get('kernels')!;
    const conv = tiny.model.graph.nodes.find(({ op }) => op === 'Conv')!;
    const weights = tiny.model.graph.initializers.get(conv.inputs[1]!)!;
    expect([kernels.shape, kernels.data]).toEqual([weights.dims, readTensor(weights)]);

    const maps = await tapPictures('two');
    const statistics = await readParquet<ChannelRow>(await workspace.read(two.statistics));
    const exemplars = await readParquet<ChannelExemplarRow>(await workspace.read(two.exemplars));
    for (let c = 0; c < 12; c++) {
      const own = maps.map((map) => map.subarray(c * 36, (c + 1) * 36));
      const all = own.flatMap((map) => [...map]);
      const mean = all.reduce((a, b) => a + b, 0) / all.length;
      expect(statistics[c]!.mean).toBeCloseTo(mean, 4);
      expect(statistics[c]!.max).toBeCloseTo(Math.max(...all), 4);
      expect(statistics[c]!.active).toBeCloseTo(all.filter((value) => value > 0).length / all.length, 4);
      const best = own
        .map((map, picture) => ({ picture, value: Math.max(...map) }))
        .sort((a, b) => b.value - a.value || a.picture - b.picture);
      const top = exemplars.filter((row) => row.channel === c && row.kind === 'top');
      expect(top).toHaveLength(9);
      for (const [rank, row] of top.entries()) {
        expect(row).toMatchObject({ rank, picture: best[rank]!.picture });
        expect(row.value).toBeCloseTo(best[rank]!.value, 4);
        expect(own[row.picture]![row.row * 6 + row.column]).toBeCloseTo(row.value, 4);
        expect(row.left + row.width).toBeLessThanOrEqual(24);
      }
      const quantiles = exemplars.filter((row) => row.channel === c && row.kind === 'quantile').map(({ value }) => value);
      expect(quantiles).toEqual([...quantiles].sort((a, b) => a - b));
    }
    const { tensors } = decodeSafetensors(await workspace.read(two.histograms));
    const counts = tensors.get('counts')!.data as Uint32Array;
    // 36 positions of a picture: every second is counted.
    expect(counts.subarray(0, 48).reduce((a, b) => a + b, 0)).toBe(24 * 18);
  });

  it('links channels by weight and by data, and tells which classes they push', async () => {
    const { microscope } = (await workspace.readManifest())!;
    const two = microscope!.layers.find(({ tensor }) => tensor === 'two')!;
    const links = await readParquet<ChannelLinkRow>(await workspace.read(two.links!));
    const before = links.filter((row) => row.channel === 5 && row.direction === 'before' && row.measure === 'weight');
    expect(before.map(({ rank }) => rank)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    const sizes = before.map(({ value }) => Math.abs(value));
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const push = await readParquet<ClassPushRow>(await workspace.read(two.classPush!));
    expect(push.filter(({ channel }) => channel === 0)).toHaveLength(2);
    for (let c = 0; c < 12; c++) {
      const [most, least] = push.filter(({ channel }) => channel === c);
      expect(most!.push).toBeGreaterThanOrEqual(least!.push);
    }
  });

  it('judges optimised images of all kinds', async () => {
    const { microscope } = (await workspace.readManifest())!;
    const two = microscope!.layers.find(({ tensor }) => tensor === 'two')!;
    expect(two.images.map(({ kind, beforeRectifier }) => [kind, beforeRectifier ?? false])).toEqual([
      ['positive', false],
      ['negative', true],
      ['diverse', false],
    ]);
    const rowsOf = async (at: number) => readParquet<ChannelImageRow>(await workspace.read(two.images[at]!.scores));
    const [positive, negative, diverse] = [await rowsOf(0), await rowsOf(1), await rowsOf(2)];
    expect(two.images[0]!.sheets[0]!.ids).toEqual([0, 1]);
    expect(positive.map(({ channel }) => channel)).toEqual([0, 6]);
    expect(negative.map(({ channel }) => channel)).toEqual([0, 6]);
    expect(diverse.map(({ channel }) => channel)).toEqual([0, 0, 0, 0, 6, 6, 6, 6]);
    expect(two.images[2]!.sheets[0]!.ids).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const row of [...positive, ...negative]) expect(Math.abs(row.seedAgreement!)).toBeLessThanOrEqual(1.0001);
    // What the rectifier hides of the pictures is measured for the negative images.
    const tensor = tiny.model.graph.nodes.find(({ outputs }) => outputs[0] === 'two')!.inputs[0]!;
    const maps = await tapPictures(tensor);
    for (const [n, row] of negative.entries()) {
      expect(row.activation).toBeLessThan(positive[n]!.activation);
      const natural = maps.map((map) => meanOf(map.subarray(row.channel * 36, (row.channel + 1) * 36)));
      const higher = natural.filter((value) => value > row.activation).length / natural.length;
      expect(row.naturalPercentile).toBeCloseTo(higher, 5);
      expect(Math.min(...natural)).toBeLessThan(0);
    }
    for (const row of diverse) {
      expect(row.seedAgreement).toBeNull();
      expect(row.naturalPercentile).toBeGreaterThan(0.5);
    }
    const sheet = await decodePicture(await workspace.read(two.images[0]!.sheets[0]!.file));
    expect(sheet).toMatchObject({ width: 8 * 24, height: 24 });
  });

  it('computes nothing twice, gives the same bytes elsewhere, and leaves an atlas of the same pictures alone', async () => {
    const stages = async (where: Workspace) => (await readdir(path.join(where.dir, 'stages'), { recursive: true })).sort();
    const first = await stages(workspace);
    expect(first.some((name) => name.startsWith('survey-part/'))).toBe(false);
    const manifest = await workspace.readManifest();
    await build(workspace);
    expect(await stages(workspace)).toEqual(first);
    expect(await workspace.readManifest()).toEqual(manifest);
    const other = await createWorkspace(path.join(dir, 'other'));
    const atlas = { modelPath, picturesDir, layers: ['two'], grids: [2], icons: 'none', activations: 100, seed: 3 } as const;
    await buildAtlas(atlas, { workspace: other, pool });
    await build(other);
    expect((await other.readManifest())!.microscope).toEqual(manifest!.microscope);
    expect((await other.readManifest())!.layers).toHaveLength(1);
    await buildAtlas(atlas, { workspace: other, pool });
    expect((await other.readManifest())!.microscope).toEqual(manifest!.microscope);
    await other.close();
  });

  it('goes on where it was broken off', async () => {
    const where = await createWorkspace(path.join(dir, 'broken'));
    const controller = new AbortController();
    const onProgress = ({ stage }: { stage: string }) => {
      if (stage === 'channels') controller.abort(new Error('enough'));
    };
    const options = { modelPath, picturesDir, images: 2, steps: 24, seed: 3 };
    await expect(buildMicroscope(options, { workspace: where, pool, signal: controller.signal, onProgress })).rejects.toThrow(
      'enough',
    );
    expect((await where.readManifest())!.complete).toBe(false);
    await build(where);
    expect((await where.readManifest())!.microscope).toEqual((await workspace.readManifest())!.microscope);
    await where.close();
  });

  it('says why there are no images behind an operator without a gradient, and shows the rest', async () => {
    const file = path.join(dir, 'rounded.onnx');
    await writeFile(file, tinyNet({ behind: 'Round' }));
    const where = await createWorkspace(path.join(dir, 'rounded'));
    const result = await build(where, { modelPath: file, images: 1, steps: 4 });
    expect(result.layers.every(({ images, noImages }) => images > 0 || noImages === null)).toBe(true);
    const { microscope } = (await where.readManifest())!;
    expect(microscope!.layers.every(({ classPush }) => classPush === null)).toBe(true);
    await where.close();
  });

  it('has no images of a layer that no gradient leads back from, says why, and has those of a layer with one channel before it', async () => {
    const file = path.join(dir, 'within.onnx');
    await writeFile(file, tinyNet({ within: 'Round', channels: 1 }));
    const where = await createWorkspace(path.join(dir, 'within'));
    const { layers } = await build(where, { modelPath: file, images: 4, steps: 4 });
    expect(layers.map(({ channels, images }) => [channels, images])).toEqual([
      [1, 6],
      [12, 0],
      [3, 0],
    ]);
    expect(layers[1]!.noImages).toMatch(/^A direction of two .* does not depend on the picture, .*\(Round\)/);
    const { microscope } = (await where.readManifest())!;
    expect(microscope!.layers.map(({ noImages }) => noImages)).toEqual(layers.map(({ noImages }) => noImages));
    expect(microscope!.layers[1]!.images).toEqual([]);
    await where.close();
  });

  it('refuses layers that there are not, and folders without pictures', async () => {
    const where = await createWorkspace(path.join(dir, 'refused'));
    await expect(build(where, { layers: ['twoo'] })).rejects.toThrow(/no layer "twoo"/);
    await expect(build(where, { classNames: { names: ['a'], source: 'a test' } })).rejects.toThrow(/3 classes, but 1 names/);
    await where.close();
  });
});
