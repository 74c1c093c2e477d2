import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { incognita } from './command.ts';
import { drawPictures } from './e2e/pictures.ts';
import { writeTinyNet } from './tinyNet.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita-guides-'));
  await writeTinyNet(join(folder, 'model.onnx'), 32);
  await drawPictures({ dir: join(folder, 'pictures'), perLabel: 2, sizePx: 40, seed: 1 });
  const args = ['--layer', 'conv3', '--icons', 'none', '--activations', '200', '--out', join(folder, 'atlas')];
  const { code, stderr } = await incognita(['atlas', join(folder, 'model.onnx'), join(folder, 'pictures'), ...args]);
  expect(code, stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs all JavaScript of a page as one script: packages resolve from the repository, files from the folder of this test. */
async function runPage(name: string): Promise<string> {
  const page = await readFile(join(root, 'docs', name), 'utf8');
  const blocks = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!);
  expect(blocks.length).toBeGreaterThanOrEqual(3);
  const script = blocks
    .join('\n')
    .replaceAll(/(['`])(model\.onnx|gradient\.onnx|trained\.onnx|atlas\/|pictures'\))/g, `$1${folder}/$2`);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: root,
    input: script,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

it('runs the code of docs/library.md as it stands', async () => {
  const stdout = await runPage('library.md');
  expect(stdout).toMatch(/conv\d/);
  expect(stdout).toContain('grad:image tangent:logits');
  expect(stdout).toContain('Float32Array(3) [ 1, 1, 1 ]');
});

it('runs the code of docs/gradients.md as it stands', async () => {
  const stdout = await runPage('gradients.md');
  expect(stdout).toContain('grad:image, grad:block2, block3\nimage, tangent:block2\n[ 1, 3, 32, 32 ] [ 1, 3, 32, 32 ]');
  expect(stdout).toContain('[ 1, 3, 32, 32 ] true');
});

it('runs the code of docs/training.md as it stands', async () => {
  const stdout = await runPage('training.md');
  expect(stdout).toContain('18 pictures of 9 classes from the folder pictures. 9');
  expect(stdout).toMatch(/step 10 of .* epochs\nstep 20 of .* epochs\nmeasured on 9/);
});

it('runs the code of docs/language-model.md as it stands', async () => {
  const stdout = await runPage('language-model.md');
  expect(stdout).toContain('One stormy afternoon, a black fox named Ida waited in the fo\n');
  expect(stdout).toContain('8 colours, 2.079 nats');
  expect(stdout).toMatch(/characters in 200 texts as [\d,]+ tokens: \d+ different byte pairs.\n10 \d/);
  expect(stdout).toMatch(/it has [\d.]+ nats a token, and could have 0\.3/);
});

it('runs the code of docs/feature-visualization.md as it stands', async () => {
  const stdout = await runPage('feature-visualization.md');
  expect(stdout).toMatch(
    /^channel 3 of .* \(everywhere\) \+ 0\.5 · channel 5 of .* − 0\.001 · total variation − 0\.001 · complexity of a frame/,
  );
  expect(stdout).toContain('true true\ntrue true true\nmap 0\n[ 0 ]');
});

it('runs the code of docs/microscope.md as it stands', async () => {
  expect(await runPage('microscope.md')).toBe('conv2 6\n9 true\ntrue true\n');
});
