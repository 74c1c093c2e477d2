import { GraphBuilder, type Model } from '@incognita/onnx';
import { createRandom, loadModelSource, WorkerPool } from '@incognita/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { resolvePreprocessing } from '../../preprocessing/resolvePreprocessing.js';
import { channelObjective, cosineDirectionObjective, directionObjective, type Objective } from '../objective/objective.js';
import { prepareRenderer, type Renderer } from './prepareRenderer.js';
import type { RenderArgs, RenderProgress, RenderResult } from './renderArgs.js';
import { renderBatchTask } from './renderBatch.js';

const SIZE = 16;
const CHANNELS = 6;

/** Two convolutions with a ReLU each. With `bias` −100 the units of the second are dead for every picture that is not extreme. */
function network(bias = 0): Model {
  const random = createRandom(4);
  const weights = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.gaussian() / 4);
  const b = new GraphBuilder();
  const x = b.input('image', 'float32', ['n', 3, 'h', 'w']);
  const first = b.op('Relu', [
    b.op('Conv', [x, b.f32(weights(8 * 27), [8, 3, 3, 3])], { kernel_shape: [3, 3], strides: [2, 2] }),
  ]);
  const biases = b.f32(new Array<number>(CHANNELS).fill(bias));
  const second = b.op('Conv', [first, b.f32(weights(CHANNELS * 72), [CHANNELS, 8, 3, 3]), biases], { kernel_shape: [3, 3] });
  b.output(b.op('Relu', [second], {}, { output: 'layer' }), 'float32', null);
  return b.model();
}

const pool = new WorkerPool({ workers: 2 });
afterAll(() => pool.dispose());

async function renderer(objective: Objective, model = network()): Promise<Renderer> {
  const source = await loadModelSource(model);
  return prepareRenderer(source, {
    tensor: 'layer',
    preprocessing: resolvePreprocessing(model),
    sizePx: SIZE,
    batch: 3,
    objective,
  });
}
const render = (args: RenderArgs): Promise<RenderResult> => pool.run(renderBatchTask, args);

function unitTargets(...channels: number[]): Float32Array {
  const targets = new Float32Array(channels.length * CHANNELS);
  for (const [i, channel] of channels.entries()) targets[i * CHANNELS + channel] = 1;
  return targets;
}

describe.each<[string, Objective]>([
  ['channel', channelObjective()],
  ['direction', directionObjective()],
  ['cosine', cosineDirectionObjective({ power: 2 })],
])('with the objective %s', (_, objective) => {
  test('more steps excite each target more, and each picture its own', async () => {
    const args = { renderer: await renderer(objective), targets: unitTargets(0, 1, 2), seeds: [1, 2, 3] };
    const [before, after] = await Promise.all([render({ ...args, steps: 1 }), render({ ...args, steps: 60 })]);
    for (let i = 0; i < 3; i++) expect(after.scores[i]).toBeGreaterThan(before.scores[i]! + 1e-4);
    const size = SIZE * SIZE * 3;
    expect(after.pictures.length).toBe(3 * size);
    expect(after.pictures.subarray(0, size)).not.toEqual(after.pictures.subarray(size, 2 * size));
    expect(Math.max(...after.cosines)).toBeLessThanOrEqual(1.0001);
  });
});

test('the result depends on the arguments only, whatever ran beside it and however full the batch is', async () => {
  const prepared = await renderer(cosineDirectionObjective());
  const args: RenderArgs = {
    renderer: prepared,
    targets: unitTargets(3, 4, 5),
    seeds: [5, 6, 7],
    steps: 20,
    transforms: 'notebook',
  };
  const [first, second, alone, other] = await Promise.all([
    render(args),
    render(args),
    render({ ...args, targets: unitTargets(3), seeds: [5] }),
    render({ ...args, seeds: [8, 6, 7] }),
  ]);
  expect(second.pictures).toEqual(first.pictures);
  expect(second.cosines).toEqual(first.cosines);
  expect(alone.pictures).toEqual(first.pictures.subarray(0, alone.pictures.length));
  expect(other.pictures.subarray(0, alone.pictures.length)).not.toEqual(alone.pictures);
});

test('a picture that was optimised before is a better start than noise', async () => {
  const args: RenderArgs = {
    renderer: await renderer(directionObjective()),
    targets: unitTargets(0),
    seeds: [1],
    transforms: 'none',
  };
  const parent = await render({ ...args, steps: 80 });
  const [child, orphan] = await Promise.all([
    render({ ...args, steps: 3, startPictures: [parent.pictures] }),
    render({ ...args, steps: 3 }),
  ]);
  expect(child.scores[0]).toBeGreaterThan(orphan.scores[0]! * 1.2);
});

test('a start of half strength keeps half of the contrast of its parent', async () => {
  const args: RenderArgs = {
    renderer: await renderer(directionObjective()),
    targets: unitTargets(0),
    seeds: [1],
    transforms: 'none',
  };
  const parent = await render({ ...args, steps: 80 });
  const contrast = async (startStrength: number): Promise<number> => {
    const still = { ...args, steps: 1, learningRate: 1e-9, startPictures: [parent.pictures], startStrength };
    const { pictures } = await render(still);
    const logits = Array.from(pictures, (value) => Math.log((value + 0.5) / (255.5 - value)));
    return Math.sqrt(logits.reduce((sum, value) => sum + value * value, 0) / logits.length);
  };
  const whole = await contrast(1);
  expect((await contrast(0.5)) / whole).toBeCloseTo(0.5, 1);
  expect((await contrast(0)) / whole).toBeLessThan(0.2);
  await expect(render({ ...args, startStrength: 1.5 })).rejects.toThrow(/between 0 and 1, not 1.5/);
});

test('dead units are woken up', async () => {
  const prepared = await renderer(directionObjective(), network(-3));
  const result = await render({
    renderer: prepared,
    targets: unitTargets(0, 1, 2),
    seeds: [1, 2, 3],
    steps: 64,
    transforms: 'none',
  });
  expect(Math.min(...result.rescuedSteps)).toBeGreaterThan(0);
  expect(Math.max(...result.scores)).toBeGreaterThan(0);
});

test('it stops early when nothing is gained', async () => {
  const prepared = await renderer(directionObjective());
  const args: RenderArgs = {
    renderer: prepared,
    targets: unitTargets(0),
    seeds: [1],
    steps: 2000,
    earlyStop: { windowSteps: 20, minGain: 0.05 },
  };
  const result = await render(args);
  expect(result.steps).toBeLessThan(2000);
  expect(result.steps % 20).toBe(0);
});

test('it tells how far it is, and stops when asked to', async () => {
  const prepared = await renderer(directionObjective());
  const controller = new AbortController();
  const seen: RenderProgress[] = [];
  const args: RenderArgs = { renderer: prepared, targets: unitTargets(0), seeds: [1], steps: 1_000_000 };
  const running = pool.run(renderBatchTask, args, {
    signal: controller.signal,
    onProgress: (value) => {
      seen.push(value as RenderProgress);
      controller.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect(seen[0]).toMatchObject({ step: 16, steps: 1_000_000 });
  expect(seen[0]!.scores).toHaveLength(1);
});

test('arguments that do not fit are refused', async () => {
  const prepared = await renderer(directionObjective());
  const targets = unitTargets(0);
  await expect(render({ renderer: prepared, targets, seeds: [1, 2] })).rejects.toThrow(
    /2 targets of 6 channels are 12 values, but 6/,
  );
  await expect(render({ renderer: prepared, targets: new Float32Array(6), seeds: [1] })).rejects.toThrow(/Target 0 is zero/);
  await expect(render({ renderer: prepared, targets, seeds: [1], startPictures: [new Uint8Array(5)] })).rejects.toThrow(
    /Start picture 0 holds 5 bytes/,
  );
  await expect(renderer({ ...directionObjective() }, { ...network(), graph: { ...network().graph, nodes: [] } })).rejects.toThrow(
    /layer/,
  );
});

test('previews are the pictures of their step, and change nothing', async () => {
  const args = { renderer: await renderer(channelObjective()), targets: unitTargets(0, 3), seeds: [1, 2], steps: 32 };
  const seen: RenderProgress[] = [];
  const onProgress = (value: unknown) => seen.push(value as RenderProgress);
  const watched = await pool.run<RenderArgs, RenderResult>(renderBatchTask, { ...args, previews: true }, { onProgress });
  const plain = await render(args);
  expect(watched.pictures).toEqual(plain.pictures);
  expect(seen.map(({ step }) => step)).toEqual([16, 32]);
  expect(seen[1]!.pictures).toEqual(plain.pictures);
  expect(seen[0]!.pictures).toEqual((await render({ ...args, steps: 16 })).pictures);
});
