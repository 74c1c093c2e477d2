import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMBEDDED_MODELS } from '@incognita/learn';
import type { WorkspaceManifest } from '@incognita/workspace';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing.js';
import { findModelFile, ModelMissingError } from './findModelFile.js';

const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const manifestOf = (content: string) =>
  ({ model: { file: 'net.onnx', sha256: sha256(content), bytes: content.length } }) as WorkspaceManifest;
const logLine = (file: string, content: string) => `${JSON.stringify({ event: 'model', file, sha256: sha256(content) })}\n`;

test('a model is found where the last run says that it is, by its hash, and beside the workspace', async () => {
  const root = await temporaryFolder({ 'a/old.onnx': 'weights', 'b/net.onnx': 'weights', 'c/net.onnx': 'others!' });
  const workspace = join(root, 'my.incognita');
  await mkdir(workspace);
  const [old, last] = [join(root, 'a/old.onnx'), join(root, 'b/net.onnx')];
  const log = (...lines: string[]) => writeFile(join(workspace, 'run.jsonl'), `{"event":"stage"}\n${lines.join('')}{"ev`);
  await log(logLine(old, 'weights'), logLine(last, 'weights'), logLine(join(root, 'c/net.onnx'), 'others!'));
  expect(await findModelFile(workspace, manifestOf('weights'))).toBe(last);
  await rm(last);
  expect(await findModelFile(workspace, manifestOf('weights'))).toBe(old);
  await rm(old);
  await writeFile(join(root, 'net.onnx'), 'weights');
  expect(await findModelFile(workspace, manifestOf('weights'))).toBe(join(root, 'net.onnx'));
});

test('a model that is gone or has changed is told with what to do', async () => {
  const root = await temporaryFolder({ 'net.onnx': 'changed' });
  const workspace = join(root, 'my.incognita');
  await mkdir(workspace);
  await expect(findModelFile(workspace, manifestOf('weights'))).rejects.toThrow('net.onnx has changed since');
  await rm(join(root, 'net.onnx'));
  const gone = findModelFile(workspace, manifestOf('weights'));
  await expect(gone).rejects.toThrow(ModelMissingError);
  await expect(gone).rejects.toThrow(`Put the file beside the workspace, as ${join(root, 'net.onnx')}`);
});

test('an embedded model needs no path', async () => {
  const [embedded] = EMBEDDED_MODELS;
  const bytes = await readFile(embedded!.path);
  const root = await temporaryFolder();
  const manifest = { model: { file: 'x.onnx', sha256: sha256(bytes), bytes: bytes.length } } as WorkspaceManifest;
  expect(await findModelFile(root, manifest)).toBe(embedded!.path);
});
