import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Sweep, sweepSchema, trainingRunSchema } from '../packages/workspace/dist/schema/index.js';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';

let folder: string;
let pictures: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita-sweep-'));
  pictures = join(folder, 'shapes');
  await drawPictures({ dir: pictures, perLabel: 4, sizePx: 40, seed: 2 });
});
afterAll(() => rm(folder, { recursive: true }));

const sweep = (out: string, ...more: string[]): string[] => [
  ...['train', 'mlp', pictures, '--sweep', 'width=0.1,0.2,0.4 steps=10,20', '--sweep', 'data=0.34'],
  ...['--steps', '20', '--batch', '8', '--width', '0.2', '--checkpoint-every', '5', ...more, '--out', out],
];
const readSweep = async (out: string): Promise<Sweep> =>
  sweepSchema.parse(JSON.parse(await readFile(join(out, 'sweep.json'), 'utf8')));
/** A sweep without how long it took. */
const plain = ({ runs, ...rest }: Sweep): unknown => ({
  ...rest,
  runs: runs.map(({ result, ...run }) => ({ ...run, result: result && { ...result, seconds: 0 } })),
});

it('a sweep trains every run, fits laws, draws them, and is the same after SIGKILL and Ctrl-C', async () => {
  const whole = join(folder, 'whole');
  const begun = performance.now();
  const { code, stderr, stdout } = await incognita(sweep(whole));
  const tookMs = performance.now() - begun;
  expect(code, stderr).toBe(0);
  const record = await readSweep(whole);
  expect(record).toMatchObject({ state: 'finished', network: { name: 'mlp' }, data: { training: 27, heldOut: 9 } });
  expect(record.runs).toHaveLength(7);
  expect(new Set(record.runs.map(({ state }) => state))).toEqual(new Set(['finished']));
  expect([record.runs[0]!.name, record.runs.at(-1)!.name]).toEqual(['width0.1-data1-steps10', 'width0.4-data1-steps20']);
  const small = record.runs.find(({ name }) => name === 'width0.2-data0.34-steps20')!;
  expect(small.examples).toBe(9);
  expect(record.laws.map(({ of }) => of)).toContain('parameters');
  expect(record.laws[0]).toMatchObject({ loss: 'heldOut', runs: [0.1, 0.2, 0.4].map((width) => `width${width}-data1-steps20`) });
  expect(stdout).toMatch(/parameters \(3 runs\): loss = /);
  const run = trainingRunSchema.parse(JSON.parse(await readFile(join(whole, 'runs', small.name, 'run.json'), 'utf8')));
  expect(run).toMatchObject({ state: 'finished', asked: { share: 0.34, width: 0.2, steps: 20 }, data: { training: 9 } });
  for (const plot of ['sweep.svg', 'history.svg'])
    expect(await readFile(join(whole, plot), 'utf8')).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(await readFile(join(whole, 'sweep.md'), 'utf8')).toContain('GPT-4 (speculative)');

  const out = join(folder, 'killed');
  await incognita(sweep(out), { killAfterMs: 0.55 * tookMs });
  await incognita(sweep(out), { killAfterMs: 0.6 * tookMs });
  await incognita(sweep(out), { interruptAt: 'sweep: ' });
  const last = await incognita(sweep(out, '--json'));
  expect(last.code, last.stderr).toBe(0);
  expect(JSON.parse(last.stdout)).toMatchObject({ runs: 7, laws: [{ of: 'parameters' }, { of: 'flops' }] });
  expect(plain(await readSweep(out))).toEqual(plain(record));
  expect((await readdir(out, { recursive: true })).filter((name) => /tmp|lock/.test(name))).toEqual([]);

  const other = await incognita(sweep(out, '--lr', '0.01'));
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('--lr was 0.001, now 0.01') });
}, 120_000);

it('refuses a grid that makes no sense', async () => {
  const { code, stderr } = await incognita(['train', 'mlp', pictures, '--sweep', 'depth=2', '--out', join(folder, 'never')]);
  expect(code).toBe(1);
  expect(stderr).toContain('"depth=2" is no part of a sweep');
});
