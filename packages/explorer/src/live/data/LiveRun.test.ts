import { describe, expect, it } from 'vitest';
import { createStore } from '../../state/store.js';
import { EngineGoneError, type Frame, type FrameRequest, type LiveEngine } from './LiveEngine.js';
import { LiveRun, type PictureSource } from './LiveRun.js';
import { Rate } from './Rate.js';

const MS = { wait: 0, decode: 0, prepare: 0, run: 1, pack: 0 };
const PICTURE = { kind: 'pixels', width: 1, height: 1, data: new Uint8ClampedArray(4) } as const;
const soon = <T>(read: () => T) => expect.poll(read, { timeout: 4000, interval: 5 });

/** An engine that answers when told to, and keeps account. */
function engine() {
  const asked: { request: FrameRequest; answer: (frame: Frame | null | Error) => void }[] = [];
  const made: LiveEngine = {
    key: 'test',
    status: createStore({ where: null, about: '', reason: null }),
    open: () => Promise.reject(new Error('not here')),
    attribute: () => Promise.reject(new Error('not here')),
    frame: (request) =>
      new Promise((resolve, reject) =>
        asked.push({ request, answer: (frame) => (frame instanceof Error ? reject(frame) : resolve(frame)) }),
      ),
  };
  return { engine: made, asked };
}
const frame = (n: number): Frame => ({
  seen: { width: 1, height: 1, data: Uint8Array.of(n, n, n) },
  ...{ scores: null, maps: null, values: null, ms: MS },
});
const still = (key: string): PictureSource => ({ key, moves: false, next: async () => PICTURE });
const look = { network: 'net', layer: 'conv1', values: false };

describe('pictures through a network', () => {
  it('one that stays is asked for once', async () => {
    const { engine: one, asked } = engine();
    const run = new LiveRun(one);
    run.show(still('a'), look);
    await soon(() => asked.length).toBe(1);
    expect(run.state.get().busy).toBe(true);
    asked[0]!.answer(frame(7));
    await soon(() => run.state.get().frame?.seen.data[0]).toBe(7);
    expect(run.state.get()).toMatchObject({ busy: false, error: null, fps: null });
    run.show(still('a'), look);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(asked).toHaveLength(1);
  });

  it('those of a camera never queue: the next is taken when the answer is there', async () => {
    const { engine: one, asked } = engine();
    let taken = 0;
    const run = new LiveRun(one);
    const next = async () => {
      taken += 1;
      return PICTURE;
    };
    const camera = { key: 'camera', moves: true, next };
    run.show(camera, look);
    for (let n = 1; n <= 4; n++) {
      await soon(() => asked.length).toBe(n);
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect([asked.length, taken]).toEqual([n, n]);
      asked[n - 1]!.answer(frame(n));
    }
    await soon(() => run.state.get().fps).toBeGreaterThan(0);
    run.stop();
    await soon(() => run.state.get().frame).toBeNull();
  });

  it('an answer to an earlier question is not shown', async () => {
    const { engine: one, asked } = engine();
    const run = new LiveRun(one);
    run.show(still('a'), look);
    await soon(() => asked.length).toBe(1);
    run.show(still('a'), { ...look, layer: 'conv2' });
    await soon(() => asked.length).toBe(2);
    asked[1]!.answer(frame(2));
    await soon(() => run.state.get().frame?.seen.data[0]).toBe(2);
    asked[0]!.answer(frame(1));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(run.state.get().frame?.seen.data[0]).toBe(2);
  });

  it('a refusal is said and not repeated; an engine that is gone is asked until it is back', async () => {
    const { engine: one, asked } = engine();
    const run = new LiveRun(one);
    run.show(still('a'), look);
    await soon(() => asked.length).toBe(1);
    asked[0]!.answer(new Error('not a picture'));
    await soon(() => run.state.get().error).toBe('not a picture');
    run.show(still('b'), look);
    await soon(() => asked.length).toBe(2);
    asked[1]!.answer(new EngineGoneError('nobody answers'));
    await soon(() => run.state.get().gone).toBe(true);
    await soon(() => asked.length).toBe(3);
    asked[2]!.answer(frame(3));
    await soon(() => run.state.get().frame?.seen.data[0]).toBe(3);
    expect(run.state.get()).toMatchObject({ error: null, gone: false });
  });
});

it('a rate is that of the last seconds', () => {
  const rate = new Rate();
  expect(rate.tick(0)).toBeNull();
  expect(rate.tick(100)).toBeCloseTo(10);
  for (let t = 150; t <= 1000; t += 50) rate.tick(t);
  expect(rate.tick(1050)).toBeCloseTo(20 / 1.05);
  expect(rate.tick(9000)).toBeNull();
});
