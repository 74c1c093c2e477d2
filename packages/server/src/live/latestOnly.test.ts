import { expect, it } from 'vitest';
import { LatestOnly } from './latestOnly.js';

/** Work that ends when told to. */
function work() {
  let end!: (value: string) => void;
  let fail!: (error: Error) => void;
  let started = false;
  const result = new Promise<string>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const run = () => {
    started = true;
    return result;
  };
  return { run, end, fail, started: () => started };
}

it('of frames that wait only the latest is computed, and never two of one stream at once', async () => {
  const frames = new LatestOnly<string>();
  const [a, b, c, other] = [work(), work(), work(), work()];
  const first = frames.run('camera', a.run);
  const second = frames.run('camera', b.run);
  const third = frames.run('camera', c.run);
  const elsewhere = frames.run('another', other.run);
  expect(await second).toEqual({ kind: 'superseded' });
  expect([a.started(), b.started(), c.started(), other.started()]).toEqual([true, false, false, true]);
  a.end('a');
  expect(await first).toEqual({ kind: 'done', value: 'a' });
  expect(c.started()).toBe(true);
  c.end('c');
  expect(await third).toEqual({ kind: 'done', value: 'c' });
  other.end('o');
  await elsewhere;
  expect(frames.size).toBe(0);
});

it('a frame that fails tells its own caller alone, and the next goes on', async () => {
  const frames = new LatestOnly<string>();
  const [a, b] = [work(), work()];
  const first = frames.run('s', a.run);
  const second = frames.run('s', b.run);
  a.fail(new Error('no memory'));
  await expect(first).rejects.toThrow('no memory');
  b.end('b');
  expect(await second).toEqual({ kind: 'done', value: 'b' });
  expect(frames.size).toBe(0);
});
