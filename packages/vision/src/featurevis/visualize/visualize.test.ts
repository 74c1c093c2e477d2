import { findLayer, GraphBuilder } from '@incognita/onnx';
import { createRandom, loadModelSource, WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import type { Picture } from '../../picture/picture.js';
import type { Preprocessing } from '../../preprocessing/preprocessing.js';
import { resolvePreprocessing } from '../../preprocessing/resolvePreprocessing.js';
import { FIXTURES, fixture } from '../../testing/fixtures.node.js';
import { attentionHeads } from '../../tokens/attentionHeads.js';
import type { Expression } from '../objective/expression.js';
import { channel, classLogit, cosineDirection, difference, diversity, head, neuron, sum, token } from '../objective/index.js';
import { beforeActivation } from './beforeActivation.js';
import { layerBefore } from './layerBefore.js';
import { type Method, macoOf } from './method.js';
import { prepareVisualization, type VisualizationOptions, visualize } from './visualize.js';

const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.dispose());

/** What an objective reaches after one step and after more. */
async function climbs(
  file: string,
  objective: Expression,
  more: Partial<VisualizationOptions> = {},
  seeds = [1, 2],
): Promise<[number[], number[]]> {
  const source = await loadModelSource(file);
  const preprocessing = resolvePreprocessing(source.model);
  const reach = async (steps: number) => {
    const prepared = prepareVisualization(source, { objective, preprocessing, batch: 2, transforms: 'none', ...more, steps });
    return [...(await visualize(pool, prepared, { seeds })).scores];
  };
  return [await reach(1), await reach(12)];
}

test.each(FIXTURES)('a channel, a unit and a direction of the $title can be seen', async ({ file, layer: name }) => {
  const { model } = await loadModelSource(file);
  const { tensor } = findLayer(model, name);
  for (const objective of [channel(tensor, 3), neuron(tensor, 5), cosineDirection(tensor, 7), classLogit('output', 2)]) {
    const [before, after] = await climbs(file, objective);
    for (const [i, score] of after.entries()) expect(score).toBeGreaterThan(before[i]!);
  }
});

test('the class token, single tokens and heads of a transformer can be seen', async () => {
  const { file, layer } = fixture('ViT');
  const { model } = await loadModelSource(file);
  const { tensor } = findLayer(model, layer);
  const [, last] = attentionHeads(model, { widthPx: 64, heightPx: 64 });
  for (const objective of [
    token(tensor, 4),
    neuron(tensor, 4, { row: 0, column: 3 }),
    head(last!.layout.tensor, 2, last!.layout),
  ]) {
    const [before, after] = await climbs(file, objective);
    for (const [i, score] of after.entries()) expect(score).toBeGreaterThan(before[i]!);
  }
});

const blobs: Picture[] = Array.from({ length: 3 }, (_, n) => ({
  width: 40,
  height: 40,
  data: Uint8Array.from({ length: 4800 }, (_, i) => 128 + 90 * Math.sin((i % 120) / (20 + n)) * Math.cos(i / 900 + n)),
}));

describe.each<[string, (near: string) => Method]>([
  ['pixels', () => ({ kind: 'pixels' })],
  ['MACO', () => macoOf(blobs)],
  ['accentuation', (near) => ({ kind: 'accentuation', picture: blobs[0]!, near })],
])('the method %s', (_, create) => {
  test('climbs', async () => {
    const { file, layer } = fixture('ResNet');
    const { model } = await loadModelSource(file);
    const { tensor } = findLayer(model, layer);
    const method = create(layerBefore(model, tensor));
    const transforms = method.kind === 'maco' ? 'crops' : 'none';
    const [before, after] = await climbs(file, channel(tensor, 3), { method, transforms });
    for (const [i, score] of after.entries()) expect(score).toBeGreaterThan(before[i]!);
  });
});

test('accentuation with a stronger hold stays nearer to its picture', async () => {
  const { file, layer } = fixture('ResNet');
  const source = await loadModelSource(file);
  const { tensor } = findLayer(source.model, layer);
  const near = layerBefore(source.model, tensor);
  const preprocessing = resolvePreprocessing(source.model);
  const distance = async (keep: number): Promise<number> => {
    const method: Method = { kind: 'accentuation', picture: blobs[1]!, near, keep };
    const prepared = prepareVisualization(source, {
      objective: channel(tensor, 3),
      preprocessing,
      batch: 1,
      method,
      steps: 40,
      transforms: 'none',
    });
    const { pictures } = await visualize(pool, prepared, { seeds: [1] });
    return pictures.reduce((total, value, i) => total + Math.abs(value - prepared.start![i]!), 0);
  };
  expect(await distance(30)).toBeLessThan(0.9 * (await distance(0)));
});

test('diverse pictures are less alike than others', async () => {
  const { file, layer } = fixture('ResNet');
  const source = await loadModelSource(file);
  const { tensor } = findLayer(source.model, layer);
  const preprocessing = resolvePreprocessing(source.model);
  const alikeness = async (weight: number): Promise<number> => {
    const measure = difference(channel(tensor, 3), sum({ kind: 'alikeness', layer: tensor }, channel(tensor, 3)));
    const made = prepareVisualization(source, {
      objective: sum(channel(tensor, 3), diversity(tensor, weight)),
      preprocessing,
      batch: 3,
      steps: 40,
      transforms: 'none',
    });
    const { pictures } = await visualize(pool, made, { seeds: [1, 2, 3] });
    // The same pictures again, left as they are, under an objective that is minus their alikeness.
    const judge = prepareVisualization(source, { objective: measure, preprocessing, batch: 3, steps: 1, transforms: 'none' });
    const size = pictures.length / 3;
    const start = [0, 1, 2].map((i) => pictures.slice(i * size, (i + 1) * size));
    const { scores } = await pool.run<object, { scores: Float32Array }>(
      (await import('../render/renderBatch.js')).renderBatchTask,
      { renderer: judge.renderer, seeds: [1, 2, 3], steps: 1, learningRate: 1e-9, transforms: 'none', startPictures: start },
    );
    return -scores.reduce((total, value) => total + value, 0);
  };
  expect(await alikeness(20)).toBeLessThan(await alikeness(0));
});

test('grey, many planes and rectangles, of any size', async () => {
  for (const [planes, w, h] of [
    [1, 24, 16],
    [5, 13, 22],
  ] as const) {
    const random = createRandom(planes);
    const b = new GraphBuilder();
    const x = b.input('image', 'float32', ['n', planes, 'h', 'w']);
    const kernel = Float32Array.from({ length: 4 * planes * 9 }, () => random.gaussian());
    const conv = b.op('Conv', [x, b.f32(kernel, [4, planes, 3, 3])], { kernel_shape: [3, 3] });
    b.output(b.op('Relu', [conv], {}, { output: 'layer' }), 'float32', null);
    const source = await loadModelSource(b.model());
    const ones = new Array<number>(planes).fill(1);
    const preprocessing: Preprocessing = {
      widthPx: w,
      heightPx: h,
      resize: 'stretch',
      divisor: 255,
      mean: ones.map(() => 0.5),
      std: ones,
      colorOrder: planes === 1 ? 'gray' : 'rgb',
      layout: 'nchw',
      source: 'option',
      statement: '',
    };
    const prepared = prepareVisualization(source, {
      objective: channel('layer', 1),
      preprocessing,
      sizePx: { widthPx: w, heightPx: h },
      steps: 30,
    });
    expect(prepared.renderer.planes).toBe(planes);
    const { pictures, scores } = await visualize(pool, prepared, { seeds: [1, 2] });
    expect(pictures.length).toBe(2 * w * h * 3);
    expect(Math.min(...scores)).toBeGreaterThan(0.1);
    if (planes === 1) expect(pictures.every((value, i) => value === pictures[i - (i % 3)])).toBe(true);
  }
});

test('what is before the rectifiers of a concatenation can be negative', async () => {
  const b = new GraphBuilder();
  const x = b.input('image', 'float32', ['n', 3, 8, 8]);
  const branches = [1, -1].map((sign) =>
    b.op('Relu', [b.op('Conv', [x, b.f32(new Float32Array(6).fill(sign), [2, 3, 1, 1])], { kernel_shape: [1, 1] })]),
  );
  b.output(b.op('Concat', branches, { axis: 1 }, { output: 'both' }), 'float32', null);
  const source = await loadModelSource(b.model());
  const before = beforeActivation(source.model, 'both');
  const edited = { ...source, model: before.model };
  const preprocessing = resolvePreprocessing(source.model);
  const prepared = prepareVisualization(edited, {
    objective: difference(neuron(before.tensor, 1), sum(neuron(before.tensor, 1), neuron(before.tensor, 1))),
    preprocessing,
    steps: 20,
    transforms: 'none',
  });
  const { dots } = await visualize(pool, prepared, { seeds: [1] });
  expect(dots[0]).toBeLessThan(0);
});

test('what cannot be made is refused with the reason', async () => {
  const resnet = await loadModelSource(fixture('ResNet').file);
  const swin = await loadModelSource(fixture('Swin').file);
  const { tensor } = findLayer(resnet.model, 'layer3.0');
  const preprocessing = resolvePreprocessing(resnet.model);
  const prepare = (objective: Expression, more: Partial<VisualizationOptions> = {}) =>
    prepareVisualization(resnet, { objective, preprocessing, ...more });
  expect(() => prepare(channel(tensor, 32))).toThrow(/no channel 32 in .*: it has 32, 0 … 31/);
  expect(() => prepare(channel('nothing', 0))).toThrow(/nothing/);
  expect(() => prepare(channel(tensor, 0), { sizePx: 48 })).toThrow(/must be 64 pixels wide; pictures of 48/);
  const block = findLayer(swin.model, 'layers.1.blocks.0').tensor;
  expect(() =>
    prepareVisualization(swin, { objective: sum(channel(block, 0), diversity(block)), preprocessing, batch: 3 }),
  ).toThrow(/insists on batches of 2: 2 diverse pictures can be made, not 3/);
});

test('a layer with one channel has a channel 0 alone, and a layer behind no gradient says which operator has none', async () => {
  const b = new GraphBuilder();
  const x = b.input('image', 'float32', ['n', 3, 8, 8]);
  const one = b.op(
    'Relu',
    [b.op('Conv', [x, b.f32([1, -1, 0.5], [1, 3, 1, 1])], { kernel_shape: [1, 1] })],
    {},
    { output: 'one' },
  );
  b.output(
    b.op('Conv', [b.op('Round', [one]), b.f32([1], [1, 1, 1, 1])], { kernel_shape: [1, 1] }, { output: 'behind' }),
    'float32',
    null,
  );
  const source = await loadModelSource(b.model());
  const preprocessing = resolvePreprocessing(source.model);
  const prepare = (objective: Expression) =>
    prepareVisualization(source, { objective, preprocessing, steps: 10, transforms: 'none' });
  const { scores } = await visualize(pool, prepare(cosineDirection('one', 0)), { seeds: [1] });
  expect(scores[0]).toBeGreaterThan(0);
  expect(() => prepare(channel('one', 1))).toThrow(/no channel 1 in one: it has one, 0/);
  expect(() => prepare(channel('behind', 0))).toThrow(/Round/);
});
