import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProgram } from '../packages/cli/dist/program.js';
import { decodePicture } from '../packages/vision/dist/index.js';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';
import { writeTinyNet } from './tinyNet.ts';

let folder: string;
let model: string;
let pictures: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita see '));
  model = join(folder, 'tiny net.onnx');
  pictures = join(folder, 'pictures');
  await writeTinyNet(model, 32);
  await drawPictures({ dir: pictures, perLabel: 1, sizePx: 40, seed: 1 });
});
afterAll(() => rm(folder, { recursive: true }));

const see = (...args: string[]) => incognita(['see', model, ...args, '--workers', '1']);

it('draws units and a contact sheet, and tells how the objective grew', async () => {
  const out = join(folder, 'out');
  const { code, stdout, stderr } = await see(
    'block2:1,3',
    'class:2',
    'block2:0+block2:4',
    '--steps',
    '32',
    '--out',
    out,
    '--json',
  );
  expect(code, stderr).toBe(0);
  const { units, sheet, seed } = JSON.parse(stdout);
  expect(seed).toBe(1);
  expect(units.map(({ unit }: { unit: string }) => unit)).toEqual(['block2:1', 'block2:3', 'class:2', 'block2:0+block2:4']);
  for (const { history, scores, files, seconds } of units) {
    expect(history.map(({ step }: { step: number }) => step)).toEqual([16, 32]);
    expect(history[1].seconds).toBeLessThanOrEqual(seconds);
    expect(scores[0]).toBeGreaterThan(0);
    expect(await decodePicture(await readFile(files[0]))).toMatchObject({ width: 32, height: 32 });
  }
  expect(await decodePicture(await readFile(sheet))).toMatchObject({ width: 2 * 36 + 4, height: 2 * 36 + 4 });
  expect((await readdir(out)).sort()).toContain('block2-0+block2-4.png');
  // The same command gives the same bytes.
  const again = join(folder, 'again');
  expect((await see('block2:1', '--steps', '32', '--out', again)).code).toBe(0);
  expect(await readFile(join(again, 'block2-1.png'))).toEqual(await readFile(join(out, 'block2-1.png')));
});

it('draws diverse and negative pictures, by MACO and from a picture', async () => {
  const out = join(folder, 'more');
  const picture = join(pictures, (await readdir(pictures, { recursive: true })).find((name) => /\.(png|webp|jpg)$/.test(name))!);
  for (const args of [
    ['--diversity', '2', '--negative', '--smooth', '0.001'],
    ['--maco', pictures, '--transparent', '--format', 'webp'],
    ['--accentuate', picture, '--near', 'block1', '--objective', 'cosine'],
    ['--pixels', '--rules', 'guided', '--transforms', 'none', '--objective', 'neuron'],
  ]) {
    const { code, stderr } = await see('block2:1', '--steps', '8', '--out', out, ...args);
    expect(code, stderr).toBe(0);
  }
  expect((await readdir(out)).sort()).toEqual([
    'block2-1-negative-1.png',
    'block2-1-negative-2.png',
    'block2-1.png',
    'block2-1.webp',
    'sheet.png',
    'sheet.webp',
  ]);
});

it('says what is wrong with a name, a picture or options', async () => {
  const broken = join(folder, 'broken.png');
  await writeFile(broken, 'no picture');
  for (const [args, message] of [
    [['block2:99'], /block2 has channels 0 … \d+; there is no channel 99/],
    [['blok2:1'], /no layer "blok2". Nearest: /],
    [['block2:1@class'], /has no tokens beside those of the picture/],
    [['block2:x'], /names no unit/],
    [['class:unicorn'], /no class "unicorn"/],
    [['block2:1', '--size', '48'], /48/],
    [['block2:1', '--accentuate', broken], /not a picture or damaged/],
    [['block2:1', '--accentuate', 'nowhere.png'], /cannot read nowhere.png/],
    [['block2:1', '--maco', pictures, '--pixels'], /--pixels and --maco exclude each other/],
  ] as const) {
    const line = ['node', 'incognita', 'see', model, ...args, '--workers', '1', '--out', join(folder, 'never')];
    await expect(createProgram().parseAsync(line)).rejects.toThrow(message);
  }
  const { code, stderr } = await see('block2:99', '--out', join(folder, 'never'));
  expect([code, stderr]).toEqual([1, expect.stringMatching(/incognita: block2 has channels/)]);
});
