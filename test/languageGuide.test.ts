import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tinyDecoder } from '../packages/language/dist/testing/tinyDecoder.js';
import { tinyWeights } from '../packages/language/dist/testing/tinyWeights.js';
import { write } from '../packages/onnx/dist/index.js';

const root = fileURLToPath(new URL('..', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incognita-language-guide-'));
  await writeFile(join(folder, 'model.onnx'), write(tinyDecoder(tinyWeights(5), { dialect: 'genai' })));
  const characters = [...'abcdefghijklmnopqrstuvwxyz .,!?0123456789'].slice(0, 40);
  const vocab = Object.fromEntries([...characters, 'on'].map((token, id) => [token, id]));
  const model = { type: 'BPE', vocab, merges: [['o', 'n']], unk_token: null };
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({ version: '1.0', model, decoder: { type: 'Fuse' } }));
});
afterAll(() => rm(folder, { recursive: true }));

it('runs the code of docs/language.md as it stands', async () => {
  const page = await readFile(join(root, 'docs/language.md'), 'utf8');
  const blocks = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map((match) => match[1]!);
  expect(blocks.length).toBeGreaterThanOrEqual(6);
  const script = blocks.join('\n').replaceAll("'stories'", JSON.stringify(folder));
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: root,
    input: script,
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('on 0-2 | c 2-3 | e 3-4 | · 4-5');
  expect(stdout).toContain("[ 'o+n', 'o+n' ]");
  expect(stdout).toContain('[ 4, 9, 9 ] [ 9, 32 ]');
  expect(stdout).toContain('resid_pre.0: ');
  expect(stdout).toContain('9 2 8');
  expect(stdout.match(/^holds /gm)).toHaveLength(6);
});
