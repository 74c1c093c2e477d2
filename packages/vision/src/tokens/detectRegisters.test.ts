import { findLayer } from '@incognita/onnx';
import { float32, loadModelSource, openModel, WorkerPool } from '@incognita/runtime';
import { afterAll, expect, test } from 'vitest';
import type { Picture } from '../picture/picture.js';
import { preprocess } from '../preprocessing/preprocess.js';
import { inputDims } from '../preprocessing/preprocessing.js';
import { resolvePreprocessing } from '../preprocessing/resolvePreprocessing.js';
import { fixture } from '../testing/fixtures.node.js';
import { detectRegisters } from './detectRegisters.js';
import { findRegisters } from './registers.js';

const pool = new WorkerPool({ workers: 1 });
afterAll(() => pool.dispose());

const pictures: Picture[] = Array.from({ length: 3 }, (_, n) => ({
  width: 64,
  height: 64,
  data: Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => 128 + 100 * Math.sin(i / (7 + n)) * Math.cos(i / (900 + 70 * n))),
}));

test('registers of a transformer are found from the lengths of the tokens that it makes of pictures', async () => {
  const { file, layer } = fixture('ViT');
  const source = await loadModelSource(file);
  const { tensor } = findLayer(source.model, layer);
  const preprocessing = resolvePreprocessing(source.model);
  const found = await detectRegisters(source, pictures, tensor, { preprocessing, pool });
  expect(found).toMatchObject({ tokens: 17, extraTokens: 1 });
  const opened = await openModel(file, { workers: 1 });
  const norms: number[] = [];
  for (const picture of pictures) {
    const image = float32(inputDims(preprocessing), preprocess(picture, preprocessing).input);
    const { data } = (await opened.run({ [opened.model.graph.inputs[0]!.name]: image }, { tap: [tensor] }))[tensor]!;
    for (let t = 0; t < 17; t++) norms.push(Math.hypot(...(data as Float32Array).subarray(t * 48, (t + 1) * 48)));
  }
  await opened.dispose();
  const naive = findRegisters(Float32Array.from(norms), { tokens: 17, extraTokens: 1 });
  expect(found.threshold).toBeCloseTo(naive.threshold, 3);
  expect(found.constant).toEqual(naive.constant);
  expect(found.outlierShare).toBe(naive.outlierShare);
});

test('a map has no registers, and without a picture none can be looked for', async () => {
  const source = await loadModelSource(fixture('ResNet').file);
  const { tensor } = findLayer(source.model, 'layer3.0');
  const options = { preprocessing: resolvePreprocessing(source.model), pool };
  await expect(detectRegisters(source, pictures, tensor, options)).rejects.toThrow(/is a map: registers are tokens/);
  const vit = await loadModelSource(fixture('ViT').file);
  const block = findLayer(vit.model, 'blocks.1').tensor;
  await expect(detectRegisters(vit, [], block, options)).rejects.toThrow(/no picture/);
});
