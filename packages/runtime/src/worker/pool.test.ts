import { afterEach, describe, expect, it } from 'vitest';
import { inlineTask } from '../testing/model.js';
import { WorkerCrashError } from './errors.js';
import { WorkerPool, type WorkerPoolOptions } from './pool.node.js';

const pools: WorkerPool[] = [];
function pool(options: WorkerPoolOptions = {}): WorkerPool {
  const made = new WorkerPool(options);
  pools.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((made) => made.dispose()));
});

const double = inlineTask('async function task(n) { return 2 * n; }');
const wait = inlineTask(`async function task(ms, { signal, progress }) {
  progress('started');
  await new Promise((resolve, reject) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  return 'waited';
}`);
const spin = inlineTask(`function task(_, context) {
  context.progress('started');
  for (;;) context.throwIfAborted();
}`);
const deaf = inlineTask(`function task(_, { progress }) { progress('started'); for (;;); }`);

function startedThenAbort(reason?: unknown) {
  const controller = new AbortController();
  return { signal: controller.signal, onProgress: () => controller.abort(reason) };
}

describe('the worker pool', () => {
  it('answers each task with its own result, more tasks than workers', async () => {
    const two = pool({ workers: 2 });
    const results = await Promise.all(Array.from({ length: 7 }, (_, n) => two.run<number, number>(double, n)));
    expect(results).toEqual([0, 2, 4, 6, 8, 10, 12]);
  });

  it('starts tasks in the order they came', async () => {
    const one = pool();
    const order: unknown[] = [];
    const task = inlineTask('function task(n, { progress }) { progress(n); }');
    await Promise.all([3, 1, 2].map((n) => one.run(task, n, { onProgress: (value) => order.push(value) })));
    expect(order).toEqual([3, 1, 2]);
  });

  it('brings errors across with name, message, stack, code and cause', async () => {
    const task = inlineTask(`function task() {
      const error = new RangeError('too far', { cause: Object.assign(new TypeError('the root'), { code: 'E_ROOT' }) });
      throw error;
    }`);
    const error = await pool()
      .run(task, null)
      .catch((thrown: Error) => thrown as Error);
    expect(error).toMatchObject({ name: 'RangeError', message: 'too far' });
    expect((error as Error).stack).toContain('at task');
    expect((error as Error).cause).toMatchObject({ name: 'TypeError', message: 'the root', code: 'E_ROOT' });
  });

  it('says so when the module has no such function', async () => {
    await expect(pool().run({ ...double, export: 'nothing' }, 1)).rejects.toThrow("exports no function 'nothing'");
  });

  it('moves buffers in both directions instead of copying them', async () => {
    const task = inlineTask(`function task(array, context) {
      array[0] = 7;
      return context.transfer([array.buffer], array);
    }`);
    const sent = new Float32Array(4);
    const back = await pool().run<Float32Array, Float32Array>(task, sent, { transfer: [sent.buffer] });
    expect(sent.length).toBe(0);
    expect([...back]).toEqual([7, 0, 0, 0]);
  });

  it('cancels a task that listens to its signal, with the reason of the caller, and goes on', async () => {
    const one = pool();
    const reason = new Error('enough');
    await expect(one.run(wait, 60_000, startedThenAbort(reason))).rejects.toBe(reason);
    expect(await one.run(double, 4)).toBe(8);
  });

  it('cancels a task that never lets the event loop turn, between its steps', async () => {
    const one = pool();
    await expect(one.run(spin, null, startedThenAbort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(await one.run(double, 4)).toBe(8);
  });

  it('ends the worker of a task that does not stop within the grace period, and replaces it', async () => {
    const one = pool({ graceMs: 50 });
    await expect(one.run(deaf, null, startedThenAbort())).rejects.toMatchObject({ name: 'AbortError' });
    expect(await one.run(double, 4)).toBe(8);
  });

  it('takes a cancelled task out of the queue, and refuses one that was cancelled before', async () => {
    const one = pool();
    const controller = new AbortController();
    const first = one.run(wait, 50);
    const second = one.run(double, 1, { signal: controller.signal });
    controller.abort();
    await expect(second).rejects.toMatchObject({ name: 'AbortError' });
    await expect(one.run(double, 1, { signal: controller.signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(await first).toBe('waited');
  });

  it('lets one signal cancel many tasks, without a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on('warning', listen);
    const two = pool({ workers: 2 });
    const controller = new AbortController();
    const all = Array.from({ length: 30 }, () => two.run(wait, 60_000, { signal: controller.signal }));
    controller.abort();
    for (const result of await Promise.allSettled(all)) expect(result).toMatchObject({ reason: { name: 'AbortError' } });
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });

  it('rejects the task of a worker that crashed, and replaces the worker', async () => {
    const one = pool();
    const exit = inlineTask('function task() { process.exit(3); }');
    const thrown = inlineTask(
      `function task() { setTimeout(() => { throw new Error('out of band'); }); return new Promise(() => {}); }`,
    );
    await expect(one.run(exit, null)).rejects.toThrow('exited with code 3');
    await expect(one.run(thrown, null)).rejects.toThrow('out of band');
    await expect(one.run(exit, null)).rejects.toBeInstanceOf(WorkerCrashError);
    expect(await one.run(double, 4)).toBe(8);
  });

  it('survives a worker that runs out of memory', async () => {
    const one = pool({ heapMb: 24 });
    const hoard = inlineTask('function task() { const all = []; for (;;) all.push(new Array(1e4).fill(all.length)); }');
    await expect(one.run(hoard, null)).rejects.toThrow('memory');
    expect(await one.run(double, 4)).toBe(8);
  });

  it('rejects with what a progress callback throws', async () => {
    const failing = pool().run(wait, 60_000, {
      onProgress: () => {
        throw new Error('no paper left');
      },
    });
    await expect(failing).rejects.toThrow('no paper left');
  });

  it('rejects arguments that cannot be sent', async () => {
    const one = pool();
    await expect(one.run(double, () => 1)).rejects.toThrow('could not be cloned');
    expect(await one.run(double, 4)).toBe(8);
  });

  it('rejects what waits and runs when it is disposed of, and what comes after', async () => {
    const one = pool();
    const running = one.run(wait, 60_000);
    const waiting = one.run(double, 1);
    const both = Promise.allSettled([running, waiting]);
    await one.dispose();
    for (const result of await both)
      expect(result).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('disposed') } });
    await expect(one.run(double, 1)).rejects.toThrow('make another');
  });

  it('refuses a number of workers that is none', () => {
    expect(() => new WorkerPool({ workers: 0 })).toThrow('workers is 0');
  });
});
