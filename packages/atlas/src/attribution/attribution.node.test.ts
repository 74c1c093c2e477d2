import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jvp } from '@incognita/autodiff';
import { loadModelSource, type OpenModel, openModel, sessionSource, WorkerPool } from '@incognita/runtime';
import { decodePicture, preprocess, resolvePreprocessing } from '@incognita/vision';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { layerMap } from '../collect/layerMap.js';
import { taskRef } from '../tasks.js';
import { drawPictures, tinyNet } from '../testing.node.js';
import type { AttributeArgs, GroupEffects } from './attribute.task.node.js';
import { groupPoints } from './groups.js';

const pool = new WorkerPool({ workers: 1 });
let folder = '';
let model: OpenModel;
const file = 'red/0.png';

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'attribution-test-'));
  await writeFile(path.join(folder, 'tiny.onnx'), tinyNet());
  await drawPictures(folder);
  model = await openModel(path.join(folder, 'tiny.onnx'));
});

afterAll(async () => {
  await model.dispose();
  await pool.dispose();
  await rm(folder, { recursive: true, force: true });
});

async function picture() {
  const preprocessing = resolvePreprocessing(model.model);
  const { input } = preprocess(await decodePicture(await readFile(path.join(folder, file))), preprocessing);
  return { dtype: 'float32' as const, dims: [1, 3, 24, 24], data: input };
}

/** Effects of every position of a layer for one picture; `groupOf` says which positions count together. */
async function effects(tensor: string, groupOf: (position: number) => number) {
  const source = await loadModelSource(path.join(folder, 'tiny.onnx'));
  const tapped = (await model.run({ image: await picture() }, { tap: [tensor] }))[tensor]!;
  const map = layerMap(tensor, tapped.dims, null);
  const positions = map.height * map.width;
  const activations = new Float32Array(positions * map.channels);
  for (let p = 0; p < positions; p++) {
    for (let c = 0; c < map.channels; c++) activations[p * map.channels + c] = tapped.data[c * positions + p] as number;
  }
  const args: AttributeArgs = {
    session: sessionSource(source, jvp(source.model, { of: 'logits', wrt: tensor, repeat: true })),
    input: 'image',
    preprocessing: resolvePreprocessing(source.model),
    maxMegapixels: 50,
    batch: 1,
    folder,
    files: [file],
    firstPoint: [0, positions],
    activations,
    row: Int32Array.from({ length: positions }, (_, p) => Math.floor(p / map.width)),
    column: Int32Array.from({ length: positions }, (_, p) => p % map.width),
    group: Int32Array.from({ length: positions }, (_, p) => groupOf(p)),
    map,
    dims: tapped.dims,
    tangent: `tangent:${tensor}`,
    result: 'tangent:logits',
    classes: 3,
  };
  const found = await pool.run<AttributeArgs, GroupEffects>(
    taskRef('attribution/attribute.task.node', 'attributePictures'),
    args,
  );
  return { found, activations, positions, channels: map.channels };
}

describe('attributePictures', () => {
  it('gives for all classes at once what one gradient a class gives', async () => {
    const { found, activations, positions, channels } = await effects('one', (p) => p);
    expect(found.groups).toHaveLength(positions);
    for (let k = 0; k < 3; k++) {
      const cotangent = { dtype: 'float32' as const, dims: [1, 3], data: Float32Array.from([0, 1, 2], (c) => (c === k ? 1 : 0)) };
      const result = await model.gradient(
        { of: 'logits', wrt: 'one' },
        { image: await picture(), 'cotangent:logits': cotangent },
      );
      const gradient = Object.values(result)[0]!.data as Float32Array;
      for (let p = 0; p < positions; p++) {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += activations[p * channels + c]! * gradient[c * positions + p]!;
        expect(found.effects[p * 3 + k]).toBeCloseTo(sum, 5);
      }
    }
  });

  it('adds up over all positions to the logits where only pooling and a linear layer follow', async () => {
    const { found } = await effects('two', () => 0);
    const { logits } = await model.run({ image: await picture() });
    expect(Array.from(found.groups)).toEqual([0]);
    for (let k = 0; k < 3; k++) expect(found.effects[k]).toBeCloseTo(logits!.data[k] as number, 5);
  });

  it('leaves out positions that are not on the map', async () => {
    const { found } = await effects('two', (p) => (p < 10 ? -1 : p % 2));
    expect(Array.from(found.groups)).toEqual([0, 1]);
  });
});

describe('groupPoints', () => {
  it('puts points together that share their cell in every grid, nested or not', () => {
    const places = Float32Array.of(0.1, 0.1, 0.15, 0.1, 0.3, 0.1, Number.NaN, Number.NaN, 0.1, 0.1, 1, 1);
    expect(groupPoints(places, [2, 4])).toEqual({ of: Int32Array.of(0, 0, 1, -1, 0, 2), count: 3 });
    expect(groupPoints(places, [2, 3]).of[2]).toBe(0);
  });
});
