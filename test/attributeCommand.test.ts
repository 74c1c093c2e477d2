import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { decodePicture } from '../packages/vision/dist/index.js';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';
import { writeTinyNet } from './tinyNet.ts';

let folder: string;
let model: string;
let picture: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita attribute '));
  model = join(folder, 'net.onnx');
  await writeTinyNet(model, 32);
  await drawPictures({ dir: join(folder, 'pictures'), perLabel: 1, sizePx: 40, seed: 1 });
  const files = await readdir(join(folder, 'pictures'), { recursive: true });
  picture = join(folder, 'pictures', files.find((name) => /\.(png|webp|jpg)$/.test(name))!);
});
afterAll(() => rm(folder, { recursive: true }));

const attribute = (...args: string[]) => incognita(['attribute', model, ...args, '--workers', '1', '--out', join(folder, 'out')]);

it('draws seven maps of the strongest class, with what can be checked', async () => {
  const { code, stdout, stderr } = await attribute(picture, '--json');
  expect(code, stderr).toBe(0);
  const { of, methods } = JSON.parse(stdout);
  expect(of).toMatch(/^class:\d$/);
  expect(methods.map(({ method }: { method: string }) => method)).toEqual([
    'saliency',
    'smoothgrad',
    'integrated',
    'gradcam',
    'guided',
    'lrp',
    'jvp',
  ]);
  for (const { file } of methods) expect(await decodePicture(await readFile(file))).toMatchObject({ width: 32, height: 32 });
  expect(methods[2].check.name).toBe('completeness error');
  expect(methods[2].check.value).toBeLessThan(0.01);
});

it('explains a channel, by the methods that are named', async () => {
  const { code, stdout, stderr } = await attribute(picture, '--of', 'block2:3', '--method', 'gradcam', '--layer', 'block1');
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^block2:3: .*\n.*gradcam\.png\n$/);
});

it('says what is wrong', async () => {
  for (const [args, message] of [
    [[join(folder, 'none.png')], /cannot read/],
    [[picture, '--method', 'magic'], /no method magic; there are saliency/],
    [[picture, '--of', 'block2:1,2'], /name one unit/],
    [[picture, '--of', 'block2:99'], /no channel 99/],
    [[model], /net\.onnx: not a picture or damaged/],
    [[picture, '--max-megapixels', '0.001'], /0\.0016 megapixels exceeds the limit of 0\.001; raise --max-megapixels/],
  ] as const) {
    const { code, stderr } = await attribute(...args);
    expect(stderr).toMatch(message);
    expect(code).not.toBe(0);
  }
});
