import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';

let folder: string;
/** Shapes that the network learnt, others of the same kinds in folders of folders, and the network. */
let pictures: string;
let others: string;
let model: string;

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await incognita([...args, '--json']);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as T;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita classifier '));
  pictures = join(folder, 'my shapes');
  others = join(folder, 'more shapes');
  await drawPictures({ dir: pictures, perLabel: 6, sizePx: 40, seed: 2 });
  await drawPictures({ dir: join(folder, 'flat'), perLabel: 2, sizePx: 40, seed: 3 });
  for (const shape of ['circle', 'square', 'stripes'])
    for (const colour of ['red', 'green', 'blue']) {
      await mkdir(join(others, shape), { recursive: true });
      await cp(join(folder, 'flat', `${colour} ${shape}`), join(others, shape, `${colour} ${shape}`), { recursive: true });
    }
  const args = ['train', 'lenet5', pictures, '--steps', '120', '--batch', '16', '--holdout', '0.3', '--out', join(folder, 'run')];
  const { code, stderr } = await incognita(args);
  expect(code, stderr).toBe(0);
  model = join(folder, 'run', 'model.onnx');
}, 180_000);
afterAll(() => rm(folder, { recursive: true }));

describe('incognita classify', { timeout: 120_000 }, () => {
  it('names pictures and whole folders, the most likely class first, and says what it cannot read', async () => {
    const broken = join(folder, 'broken.png');
    await writeFile(broken, 'no picture');
    type Result = { pictures: { file: string; classes: { name: string; probability: number }[] }[]; skipped: { file: string }[] };
    const one = join(pictures, 'red circle', '0.png');
    const result = await json<Result>('classify', model, one, join(pictures, 'blue stripes'), broken, '--top', '9');
    expect(result.pictures.map(({ file }) => file.split('/').at(-1))).toEqual([
      '0.png',
      ...[0, 1, 2, 3, 4, 5].map((i) => `${i}.png`),
    ]);
    for (const { classes } of result.pictures) {
      const shares = classes.map(({ probability }) => probability);
      expect([...shares].sort((a, b) => b - a)).toEqual(shares);
      expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
    expect(result.pictures[0]!.classes[0]!.name).toMatch(/^red/);
    expect(result.skipped).toMatchObject([{ file: broken }]);
  });

  it('fails where there is nothing to name', async () => {
    const { code, stderr } = await incognita(['classify', model, join(folder, 'nowhere.png')]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('nowhere.png: the file does not exist');
  });
});

describe('incognita evaluate', { timeout: 120_000 }, () => {
  type Report = {
    which: string;
    top1: number;
    pictures: number;
    groups: { group: string; pictures: number }[];
    confusion: number[][];
  };

  it('measures on what the run held out, and finds what the run found', async () => {
    const run = JSON.parse(await readFile(join(folder, 'run', 'run.json'), 'utf8'));
    const report = await json<Report>('evaluate', model, pictures);
    expect(report.which).toContain('held out in training: 30 % of each class');
    expect({ pictures: report.pictures, top1: report.top1 }).toEqual({
      pictures: run.result.accuracy.pictures,
      top1: run.result.accuracy.top1,
    });
  });

  it('measures on all of other pictures, and groups classes by the folders around them', async () => {
    const report = await json<Report>('evaluate', model, others);
    expect(report).toMatchObject({ which: 'all that have a label', pictures: 18 });
    expect(report.groups.map(({ group, pictures: count }) => [group, count])).toEqual([
      ['circle', 6],
      ['square', 6],
      ['stripes', 6],
    ]);
    expect(report.confusion.flat().reduce((a, b) => a + b, 0)).toBe(18);
    const { stdout } = await incognita(['evaluate', model, others]);
    expect(stdout).toMatch(/right group .*\n(.*\n)*.*Taken for/);
  });

  it('refuses pictures of which it knows no class', async () => {
    const { code, stderr } = await incognita(['evaluate', model, 'emoji:activities'], {
      env: { INCOGNITA_CACHE: join(folder, 'cache') },
    });
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/does not know 85 of the 85 concepts, such as/);
  });
});

describe('incognita selectivity', { timeout: 120_000 }, () => {
  it('finds the channels that tell a class from the others, beside chance and the untrained network, and draws what excites them', async () => {
    const sheet = join(folder, 'sheet.webp');
    type Found = { channels: number; concepts: { name: string }[] } & Record<string, unknown>;
    const common = [
      'selectivity',
      model,
      others,
      '--layer',
      'c3',
      '--concept',
      'stripes',
      '--draws',
      '5',
      '--top',
      '3',
      '--seed',
      '4',
    ];
    const found = await json<Found>(...common, '--sheet', sheet);
    expect(found).toMatchObject({ layer: 'c3' });
    expect(await json<Found>(...common)).toEqual(found);
    const { width, format } = await sharp(sheet).metadata();
    expect({ format, wide: width! > 100 }).toEqual({ format: 'webp', wide: true });
    const { stdout } = await incognita(common);
    expect(stdout).toContain('Best channel of the network before training');
  });

  it('refuses a class that is not there, with those that are', async () => {
    const { code, stderr } = await incognita(['selectivity', model, others, '--layer', 'c3', '--concept', 'triangle']);
    expect(code).not.toBe(0);
    expect(stderr).toMatch(/no class or folder of classes "triangle"\. Classes: .*red circle/);
  });
});

describe('incognita kernels', { timeout: 120_000 }, () => {
  it('draws every kernel of the first layer', async () => {
    const out = join(folder, 'kernels.png');
    const { code, stderr } = await incognita(['kernels', model, '--out', out, '--columns', '3']);
    expect(code, stderr).toBe(0);
    const { width, height } = await sharp(out).metadata();
    expect(height! / width!).toBeCloseTo(2 / 3, 1);
  });
});
