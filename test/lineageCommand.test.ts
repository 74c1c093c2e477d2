import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Lineage, lineageSchema, trainingRunSchema } from '../packages/workspace/dist/schema/index.js';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';

let folder: string;
let pictures: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita-lineage-'));
  pictures = join(folder, 'shapes');
  await drawPictures({ dir: pictures, perLabel: 4, sizePx: 72, seed: 2 });
});
afterAll(() => rm(folder, { recursive: true }));

/** One of each kind, and those that take a second. */
const names = ['perceptron', 'mlp', 'lenet5', 'fisher-vectors'];
const lineage = (out: string, systems: readonly string[], ...more: string[]): string[] => [
  ...[
    'lineage',
    pictures,
    '--epochs',
    '2',
    '--batch',
    '8',
    '--checkpoint-every',
    '3',
    '--systems',
    ...systems,
    ...more,
    '--out',
    out,
  ],
];
const readLineage = async (out: string): Promise<Lineage> =>
  lineageSchema.parse(JSON.parse(await readFile(join(out, 'lineage.json'), 'utf8')));
/** A lineage without how long it took. */
const plain = ({ systems, ...rest }: Lineage): unknown => ({
  ...rest,
  systems: systems.map(({ result, ...system }) => ({ ...system, result: result && { ...result, seconds: 0 } })),
});

it('a lineage trains systems on the same pictures, and is the same after SIGKILL', async () => {
  const whole = join(folder, 'whole');
  const begun = performance.now();
  const { code, stderr, stdout } = await incognita(lineage(whole, names));
  const tookMs = performance.now() - begun;
  expect(code, stderr).toBe(0);
  const record = await readLineage(whole);
  expect(record).toMatchObject({
    state: 'finished',
    data: { classes: 9, training: 27, heldOut: 9 },
    asked: { epochs: 2, seed: 1 },
  });
  expect(record.systems.map(({ name }) => name)).toEqual(names);
  for (const { name, state, result } of record.systems) {
    expect([name, state]).toEqual([name, 'finished']);
    expect(result!.accuracy!.pictures, name).toBe(9);
    for (const number of [result!.parameters, result!.flops, result!.shown, result!.seconds]) expect(number).toBeGreaterThan(0);
  }
  const of = (name: string) => record.systems.find((system) => system.name === name)!.result!;
  expect(of('perceptron').parameters).toBe(9 * (3 * 18 * 18 + 1));
  expect(of('fisher-vectors').accuracy!.top1).toBeGreaterThan(0.5);
  expect(stdout).toMatch(/\| LeNet-5 \| 1998 \|/);
  expect(await readFile(join(whole, 'lineage.svg'), 'utf8')).toMatch(/^<svg .*Fisher vectors.*<\/svg>\n$/s);

  const out = join(folder, 'killed');
  for (const share of [0.5, 0.7]) await incognita(lineage(out, names), { killAfterMs: share * tookMs });
  const last = await incognita(lineage(out, names, '--json'));
  expect(last.code, last.stderr).toBe(0);
  expect(JSON.parse(last.stdout).systems.map((system: { name: string }) => system.name)).toEqual(names);
  expect(plain(await readLineage(out))).toEqual(plain(record));

  const taken = join(folder, 'taken');
  const run = join(whole, 'runs', 'lenet5');
  const third = await incognita(lineage(taken, ['perceptron', 'lenet5'], '--from', run));
  expect(third.code, third.stderr).toBe(0);
  const [, leNet] = (await readLineage(taken)).systems;
  expect(leNet).toMatchObject({ name: 'lenet5', run: null, result: of('lenet5') });
  const { asked } = trainingRunSchema.parse(JSON.parse(await readFile(join(run, 'run.json'), 'utf8')));
  expect(leNet!.takenFrom!.command).toContain(`--epochs ${asked.epochs}`);
  const other = await incognita(lineage(taken, ['perceptron'], '--seed', '2'));
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('--seed was 1, now 2') });
}, 240_000);

it('refuses a system that there is not', async () => {
  const { code, stderr } = await incognita(lineage(join(folder, 'never'), ['resnet']));
  expect(code).toBe(1);
  expect(stderr).toMatch(/no system "resnet".*fisher-vectors/);
});
