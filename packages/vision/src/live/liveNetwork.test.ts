import { GraphBuilder, imageInput } from '@incognita/onnx';
import { createRandom, float32, loadModelSource, openModel, WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, it } from 'vitest';
import { pictureValues } from '../attribution/pictureValues.js';
import { saliency } from '../attribution/pixels.js';
import { poolRunner } from '../attribution/poolRunner.js';
import { prepareAttribution } from '../attribution/prepareAttribution.js';
import { classLogit } from '../featurevis/objective/terms.js';
import { preprocess } from '../preprocessing/preprocess.js';
import { resolvePreprocessing } from '../preprocessing/resolvePreprocessing.js';
import { FIXTURES, fixture } from '../testing/fixtures.node.js';
import { LIVE_METHODS } from './liveAttribution.js';
import { LiveNetwork } from './liveNetwork.js';

const pool = new WorkerPool({ workers: 1 });
afterAll(() => pool.dispose());

const random = createRandom(5);
const picture = { width: 80, height: 70, data: Uint8Array.from({ length: 80 * 70 * 3 }, () => 256 * random.uniform()) };

async function opened(title: string) {
  const source = await loadModelSource(fixture(title).file);
  const network = new LiveNetwork(source.model, resolvePreprocessing(source.model));
  return { source, network, runner: poolRunner(source, pool) };
}

describe.each(FIXTURES.map(({ title }) => title))('the %s, without a line of configuration', (title) => {
  it('gives the scores and the maps that a plain run gives', async () => {
    const { source, network, runner } = await opened(title);
    const layer = network.layer(network.suggested!);
    const { seen, scores, maps, values } = await network.frame(runner, picture, { layer: layer.name, values: true });
    const { input, seen: expected } = preprocess(picture, network.preprocessing);
    expect(seen).toEqual(expected);
    const model = await openModel(source.model, { workers: 1 });
    const { name, batch: fixed } = imageInput(model.model);
    const batch = fixed ?? 1;
    const data = new Float32Array(batch * input.length);
    for (let i = 0; i < batch; i++) data.set(input, i * input.length);
    const plain = await model.run({ [name]: float32([batch, 3, 64, 64], data) }, { tap: [layer.layout.tensor] });
    await model.dispose();
    const logits = plain[network.classes!.tensor]!.data as Float32Array;
    for (const [i, score] of scores!.entries()) expect(score).toBeCloseTo(logits[i]!, 4);
    const whole = plain[layer.layout.tensor]!.data as Float32Array;
    const sum = (numbers: Float32Array) => numbers.reduce((a, b) => a + b, 0);
    if (layer.layout.extraTokens === 0) expect(sum(values!)).toBeCloseTo(sum(whole.subarray(0, values!.length)), 2);
    expect(maps!.channels * maps!.rows * maps!.columns).toBe(values!.length);
    const { channels } = maps!;
    for (const c of [0, channels - 1]) {
      const own = values!.subarray((c * values!.length) / channels, ((c + 1) * values!.length) / channels);
      expect(maps!.ranges[2 * c + 1]).toBe(Math.max(...own));
    }
  });

  it('explains a class and a channel by every method', async () => {
    const { network, runner } = await opened(title);
    const layer = network.suggested!;
    for (const method of LIVE_METHODS)
      for (const target of [{ class: 3 }, { channel: 2 }]) {
        const found = await network.attribute(runner, picture, { method, target, layer, steps: 8 });
        expect(found.map.length, method).toBe(found.rows * found.columns);
        expect(found.map.every(Number.isFinite), method).toBe(true);
        expect(found.over === null, method).toBe(!['gradcam', 'jvp'].includes(method));
        if (method === 'integrated') expect(found.check!.name).toBe('completeness error');
      }
  });
});

it('an explanation equals that of prepareAttribution', async () => {
  const { source, network, runner } = await opened('ResNet');
  const { map, score } = await network.attribute(runner, picture, {
    method: 'saliency',
    target: { class: 7 },
    layer: network.suggested!,
  });
  const { preprocessing } = network;
  const attribution = prepareAttribution(source, { target: classLogit('output', 7), preprocessing, pool, batch: 1 });
  const plain = await saliency(attribution, pictureValues(picture, preprocessing));
  expect(score).toBe(plain.score);
  expect(map).toEqual(plain.map);
});

it('a layer of one channel is shown and explained, and behind an operator without a gradient the reason is said', async () => {
  const b = new GraphBuilder();
  const image = b.input('image', 'float32', [1, 3, 8, 8]);
  const weights = b.f32(new Float32Array(27).fill(0.1), [1, 3, 3, 3]);
  const one = b.op('Relu', [b.op('Conv', [image, weights], { kernel_shape: [3, 3] })], {}, { output: 'one' });
  const steps = b.op('Round', [one]);
  const dense = b.f32(new Float32Array(72).fill(0.2), [36, 2]);
  b.output(b.op('MatMul', [b.op('Reshape', [steps, b.i64([1, 36])]), dense], {}, { output: 'logits' }), 'float32', [1, 2]);
  const source = await loadModelSource(b.model());
  const network = new LiveNetwork(source.model, resolvePreprocessing(source.model, { sizePx: 8 }));
  const runner = poolRunner(source, pool);
  const [layer] = network.layers;
  expect(layer!.layout).toMatchObject({ channels: 1, rows: 6, columns: 6 });
  const { maps, scores } = await network.frame(runner, picture, { layer: layer!.name });
  expect([maps!.channels, maps!.rows, scores!.length]).toEqual([1, 6, 2]);
  const request = { method: 'saliency', layer: layer!.name } as const;
  const { map } = await network.attribute(runner, picture, { ...request, target: { channel: 0 } });
  expect(map).toHaveLength(64);
  await expect(network.attribute(runner, picture, { ...request, target: { class: 0 } })).rejects.toThrow(/Round/);
  await expect(network.attribute(runner, picture, { ...request, target: { channel: 1 } })).rejects.toThrow(
    /no channel 1 .* it has one, 0/,
  );
});

it('what takes no picture, and a layer that is not there, are refused with what there is', async () => {
  const b = new GraphBuilder();
  b.output(b.op('Relu', [b.input('ids', 'float32', [1, 5])]), 'float32', [1, 5]);
  expect(() => new LiveNetwork(b.model(), {} as never)).toThrow(/No input of the model is a picture/);
  const { network } = await opened('ViT');
  expect(() => network.layer('blocks.7')).toThrow(/no layer "blocks.7". Nearest: blocks/);
});
