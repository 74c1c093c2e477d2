import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';
import { randomFrom } from './e2e/random.ts';
import { snapshot } from './snapshot.ts';
import { writeTinyNet } from './tinyNet.ts';

const kills = 20;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita kill '));
  await writeTinyNet(join(folder, 'net.onnx'), 32);
  await drawPictures({ dir: join(folder, 'pictures'), perLabel: 4, sizePx: 48, seed: 1 });
});
afterAll(() => rm(folder, { recursive: true }));

it('ends with the same files as an undisturbed run after SIGKILL at twenty random moments', async () => {
  const quick = ['--layer', 'conv2', '--layer', 'conv3', '--grid', '4', '--grid', '8', '--activations', '600', '--steps', '16'];
  const args = (out: string): string[] => ['atlas', join(folder, 'net.onnx'), join(folder, 'pictures'), ...quick, '--out', out];
  const started = performance.now();
  expect((await incognita(args(join(folder, 'whole')))).code).toBe(0);
  const wholeMs = performance.now() - started;

  const out = join(folder, 'killed');
  const random = randomFrom(11);
  let killed = 0;
  for (let attempt = 0; killed < kills; attempt++) {
    expect(attempt).toBeLessThan(3 * kills);
    const { signal } = await incognita(args(out), { killAfterMs: 150 + random() * wholeMs * 0.9 });
    if (signal === 'SIGKILL') killed++;
    // A finished run starts afresh, and now and then an unfinished one too, so that every part of a run is met.
    if (signal === null || killed % 6 === 0) await rm(out, { recursive: true, force: true });
  }
  expect((await incognita(args(out))).code).toBe(0);
  expect(await snapshot(out)).toEqual(await snapshot(join(folder, 'whole')));

  const left = (await readdir(out, { recursive: true })).filter((name) => /partial|damaged|tmp/.test(name));
  expect(left).toEqual([]);
  const events = (await readFile(join(out, 'run.jsonl'), 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line));
  const made = events.filter(({ event }) => event === 'stage-done').map(({ name, hash }) => `${name}/${hash}`);
  expect(made.length).toBeGreaterThan(5);
  expect(new Set(made).size).toBe(made.length);
}, 280_000);
