import { readFile } from 'node:fs/promises';
import { createRandom, float32, loadModelSource, openModel, WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import {
  decodePicture,
  patchRect,
  prepareRenderer,
  preprocess,
  type RenderArgs,
  type RenderResult,
  receptiveField,
  renderBatchTask,
  resolvePreprocessing,
} from './index.js';
import { sharedFile } from './testing/shared.node.js';

const squeezenet = sharedFile('models/squeezenet1_1.onnx');
const inception = sharedFile('models/inception_v3_trunk.onnx');
const goldfish = sharedFile('images/imagenet-1000/n01443537_goldfish.jpg');
const pool = new WorkerPool({ workers: 1 });
afterAll(() => pool.dispose());

describe.skipIf(!squeezenet)('SqueezeNet 1.1 (skipped where the shared models are absent)', () => {
  const FIRE4 = '/fire4/Concat_output_0';

  test('the receptive field of fire4 is where its gradient is not zero', async () => {
    const opened = await openModel(squeezenet!);
    const field = receptiveField(opened.model, 'image', FIRE4);
    expect(field.width).toEqual({ sizePx: 47, stridePx: 8, offsetPx: -16 });
    const [size, row, column] = [128, 7, 6];
    const random = createRandom(1);
    const image = Float32Array.from({ length: 3 * size * size }, () => random.gaussian());
    const layer = (await opened.run({ image: float32([1, 3, size, size], image) }, { tap: [FIRE4] }))[FIRE4]!;
    const [, channels, rows, columns] = layer.dims as [number, number, number, number];
    const cotangent = new Float32Array(layer.data.length);
    for (let c = 0; c < channels; c++) cotangent[(c * rows + row) * columns + column] = random.gaussian();
    const result = await opened.gradient(
      { of: FIRE4, wrt: 'image' },
      { image: float32([1, 3, size, size], image), [`cotangent:${FIRE4}`]: float32(layer.dims, cotangent) },
    );
    await opened.dispose();
    const gradient = Object.values(result)[0]!.data;
    const box = { left: size, top: size, right: 0, bottom: 0 };
    for (let i = 0; i < gradient.length; i++) {
      if (gradient[i] === 0) continue;
      const [x, y] = [i % size, Math.floor(i / size) % size];
      box.left = Math.min(box.left, x);
      box.top = Math.min(box.top, y);
      box.right = Math.max(box.right, x + 1);
      box.bottom = Math.max(box.bottom, y + 1);
    }
    const rect = patchRect(field, row, column, { width: size, height: size });
    expect(box).toEqual({ left: rect.x, top: rect.y, right: rect.x + rect.width, bottom: rect.y + rect.height });
  });

  test.skipIf(!goldfish)('sees a goldfish in the picture of a goldfish', async () => {
    const opened = await openModel(squeezenet!);
    const preprocessing = resolvePreprocessing(opened.model);
    expect(preprocessing).toMatchObject({ widthPx: 224, heightPx: 224, source: 'preset:imagenet' });
    const { input } = preprocess(await decodePicture(await readFile(goldfish!)), preprocessing);
    const logits = (await opened.run({ image: float32([1, 3, 224, 224], input) })).logits!.data as Float32Array;
    await opened.dispose();
    expect(logits.indexOf(Math.max(...logits))).toBe(1);
  });

  test('a picture optimised for a channel of fire4 excites it far more than noise does', async () => {
    const source = await loadModelSource(squeezenet!);
    const preprocessing = resolvePreprocessing(source.model);
    const renderer = prepareRenderer(source, { tensor: FIRE4, preprocessing, sizePx: 48, batch: 2 });
    const targets = new Float32Array(2 * renderer.channels);
    targets[17] = 1;
    targets[renderer.channels + 40] = 1;
    const render = (steps: number): Promise<RenderResult> =>
      pool.run<RenderArgs, RenderResult>(renderBatchTask, { renderer, targets, seeds: [1, 2], steps });
    const [noise, optimised] = [await render(1), await render(64)];
    for (let i = 0; i < 2; i++) {
      expect(optimised.cosines[i]).toBeGreaterThan(noise.cosines[i]!);
      expect(optimised.dots[i]).toBeGreaterThan(2 * noise.dots[i]!);
    }
  });
});

test.skipIf(!inception)('Inception-v3 is recognised by its tensors and seen at 299 pixels', async () => {
  const { model } = await loadModelSource(inception!);
  expect(resolvePreprocessing(model)).toMatchObject({ widthPx: 299, mean: [0.5, 0.5, 0.5], source: 'preset:inception' });
  expect(receptiveField(model, 'image', '/mixed_5/Concat_output_0').width.stridePx).toBe(16);
});
