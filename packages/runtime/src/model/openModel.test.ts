import { cut, GraphBuilder, tap } from '@incognita/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sessionSource } from '../session/sessionSource.node.js';
import { float32, tensor } from '../tensor.js';
import {
  CHANNELS,
  CLASSES,
  inlineTask,
  maxDifference,
  naiveGradient,
  naiveTwoLayers,
  temporaryFolder,
  wave,
  writeModel,
} from '../testing/model.js';
import { type OpenModel, openModel } from './openModel.node.js';

const ROWS = 5;
const feed = wave(ROWS * CHANNELS, 0.7);
const x = float32([ROWS, CHANNELS], feed);
const expected = naiveTwoLayers(feed, ROWS);

describe.each(['cpu', 'wasm'] as const)('an open model on %s', (device) => {
  let scratch: Awaited<ReturnType<typeof temporaryFolder>>;
  let model: OpenModel;
  beforeAll(async () => {
    scratch = await temporaryFolder();
    model = await openModel(await writeModel(scratch.folder, 'model.onnx'), { device, workers: 2 });
  });
  afterAll(async () => {
    await model.dispose();
    await scratch.remove();
  });

  it('says which engine runs it, and why', () => {
    expect(model.engine).toMatchObject({ name: device, version: '1.30.0', reason: 'asked for by the caller', threads: 1 });
  });

  it('computes what a naive forward pass computes', async () => {
    const result = await model.run({ x });
    expect(Object.keys(result)).toEqual(['logits']);
    expect(result.logits?.dims).toEqual([ROWS, CLASSES]);
    expect(maxDifference(result.logits!.data, expected.logits)).toBeLessThan(1e-5);
  });

  it('gives tapped tensors beside the outputs, or instead of them', async () => {
    const both = await model.run({ x }, { tap: ['y'] });
    expect(Object.keys(both).sort()).toEqual(['logits', 'y']);
    expect(maxDifference(both.y!.data, expected.y)).toBeLessThan(1e-5);
    expect(Object.keys(await model.run({ x }, { tap: ['y'], outputs: [] }))).toEqual(['y']);
    await expect(model.run({ x }, { outputs: ['nothing'] })).rejects.toThrow("no output 'nothing'; outputs are logits");
    await expect(model.run({ x }, { outputs: [] })).rejects.toThrow('nothing is asked for');
    await expect(model.run({ x }, { tap: ['yy'] })).rejects.toThrow('yy');
  });

  it('splits a batch over its workers and joins the outputs in order', async () => {
    const whole = await model.run({ x }, { tap: ['y'] });
    const split = await model.run({ x }, { tap: ['y'], splitBatch: true });
    expect(split.y?.dims).toEqual(whole.y?.dims);
    expect(maxDifference(split.y!.data, whole.y!.data)).toBeLessThan(1e-6);
    expect(maxDifference(split.logits!.data, whole.logits!.data)).toBeLessThan(1e-6);
  });

  it('reads feeds in shared memory and views, and leaves the caller its arrays', async () => {
    const shared = new Float32Array(new SharedArrayBuffer(feed.byteLength));
    shared.set(feed);
    const view = new Float32Array(feed.length + 3);
    view.set(feed, 3);
    for (const data of [shared, view.subarray(3)]) {
      const { logits } = await model.run({ x: float32([ROWS, CHANNELS], data) });
      expect(maxDifference(logits!.data, expected.logits)).toBeLessThan(1e-5);
    }
    expect(view.length).toBe(feed.length + 3);
  });

  it('differentiates as a naive backward pass does, and says what it lacks', async () => {
    const seed = wave(ROWS * CLASSES, 3.3);
    const cotangent = float32([ROWS, CLASSES], seed);
    const gradient = await model.gradient({ of: 'logits', wrt: 'x', keep: ['y'] }, { x, cotangent });
    expect(Object.keys(gradient)).toEqual(['x', 'y']);
    expect(maxDifference(gradient.y!.data, expected.y)).toBeLessThan(1e-5);
    expect(maxDifference(gradient.x!.data, naiveGradient(feed, seed, ROWS))).toBeLessThan(1e-5);
    const named = await model.gradient({ of: ['logits'], wrt: ['x'] }, { x, 'cotangent:logits': cotangent });
    expect(named.x!.data).toEqual(gradient.x!.data);
    await expect(model.gradient({ of: 'logits', wrt: 'x' }, { x })).rejects.toThrow("missing 'cotangent:logits'");
    await expect(model.gradient({ of: 'logits', wrt: 'y', keep: ['y'] }, { x, cotangent })).rejects.toThrow('both wrt and keep');
  });

  it('follows the rule set that is asked for, and gives relevance under the name of its tensor too', async () => {
    const cotangent = float32([ROWS, CLASSES], wave(ROWS * CLASSES, 3.3));
    const plain = await model.gradient({ of: 'logits', wrt: 'x' }, { x, cotangent });
    const rules = { name: 'lrp', composite: 'epsilon', epsilon: 0 } as const;
    const relevance = await model.gradient({ of: 'logits', wrt: 'x', rules }, { x, cotangent });
    const product = feed.map((value, i) => value * (plain.x!.data[i] as number));
    expect(maxDifference(relevance.x!.data, product)).toBeLessThan(1e-5);
    const guided = await model.gradient({ of: 'logits', wrt: 'x', rules: 'guided' }, { x, cotangent });
    expect(maxDifference(guided.x!.data, plain.x!.data)).toBeGreaterThan(1e-3);
  });

  it('runs any edit of the model, until that session is disposed of', async () => {
    const session = await model.session(tap(cut(model.model, { outputs: ['y'] }), ['x']));
    const result = await session.run({ x });
    expect(result.x?.data).toEqual(feed);
    expect(maxDifference(result.y!.data, expected.y)).toBeLessThan(1e-5);
    await session.dispose();
    await expect(session.run({ x })).rejects.toThrow('open it again');
  });

  it('says what is wrong with feeds: expected and given', async () => {
    await expect(model.run({})).rejects.toThrow(`missing 'x' float32[n, ${CHANNELS}]; given: nothing`);
    await expect(model.run({ x, z: x })).rejects.toThrow(`there is no input 'z'; inputs are 'x' float32[n, ${CHANNELS}]`);
    const integers = tensor('int32', [1, CHANNELS], new Int32Array(CHANNELS));
    await expect(model.run({ x: integers })).rejects.toThrow(`was given int32[1, ${CHANNELS}]: the element type must be float32`);
    await expect(model.run({ x: float32([CHANNELS], wave(CHANNELS, 1)) })).rejects.toThrow('it has 1 dimensions, not 2');
    await expect(model.run({ x: float32([2, 3], wave(6, 1)) })).rejects.toThrow(`axis 1 must be ${CHANNELS}, not 3`);
    await expect(model.run({ x: { ...x, dims: [1, CHANNELS] } })).rejects.toThrow(`but its data holds ${feed.length}`);
  });

  it('stops a task between two runs when it is cancelled', async () => {
    const task = inlineTask(`async function task({ source, x }, context) {
      const session = await context.openSession(source);
      for (;;) {
        await session.run({ x });
        context.progress(session.weights);
      }
    }`);
    const controller = new AbortController();
    const seen: unknown[] = [];
    const endless = model.pool.run(
      task,
      { source: sessionSource(model.source), x },
      {
        signal: controller.signal,
        onProgress: (value) => {
          seen.push(value);
          if (seen.length === 3) controller.abort(new Error('three are enough'));
        },
      },
    );
    await expect(endless).rejects.toThrow('three are enough');
    expect(seen).toEqual(Array(3).fill(device === 'cpu' ? 'mapped' : 'memory'));
    expect((await model.run({ x })).logits?.dims).toEqual([ROWS, CLASSES]);
  });

  it('runs that overlap do not disturb each other', async () => {
    const task = inlineTask(`async function task({ source, feeds }, context) {
      const session = await context.openSession(source);
      const results = await Promise.all(feeds.map((x) => session.run({ x })));
      return results.map(({ logits }) => logits);
    }`);
    const feeds = [1, 2, 3].map((rows) => float32([rows, CHANNELS], feed.slice(0, rows * CHANNELS)));
    const args = { source: sessionSource(model.source), feeds };
    const results = await model.pool.run<typeof args, { dims: number[]; data: Float32Array }[]>(task, args);
    for (const [i, { dims, data }] of results.entries()) {
      expect(dims).toEqual([i + 1, CLASSES]);
      expect(maxDifference(data, expected.logits.subarray(0, data.length))).toBeLessThan(1e-5);
    }
  });
});

describe('an open model', () => {
  it('may be one that was built here, and differentiates a scalar without a cotangent', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', [4]);
    const sum = b.op('ReduceSum', [b.op('Mul', [x, x])], { keepdims: 0 }, { output: 'sum' });
    b.output(sum, 'float32', []);
    const model = await openModel(b.model());
    const gradient = await model.gradient({ of: 'sum', wrt: 'x' }, { x: float32([4], [1, -2, 3, 0]) });
    expect([...gradient.x!.data].map(Number)).toEqual([2, -4, 6, 0]);
    await model.dispose();
  });

  it('refuses a batch of differing lengths under one symbol', async () => {
    const b = new GraphBuilder();
    const inputs = ['a', 'b'].map((name) => b.input(name, 'float32', ['n', 2]));
    b.output(b.op('Concat', inputs, { axis: 1 }), 'float32', ['n', 4], 'c');
    const model = await openModel(b.model());
    const feeds = { a: float32([1, 2], [1, 2]), b: float32([2, 2], [1, 2, 3, 4]) };
    await expect(model.run(feeds)).rejects.toThrow("axis 0 ('n') is 2, but 1 in input 'a'");
    await model.dispose();
  });

  it('that cannot be opened leaves no worker behind, and says why', async () => {
    await expect(openModel('/nowhere/model.onnx')).rejects.toThrow('there is no such file');
  });
});
