import { createHash } from 'node:crypto';
import { appendFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace, type WorkspaceManifest } from '@incognita/workspace';
import { describe, expect, test } from 'vitest';
import { listNetworks } from '../place/networksHolding.js';
import { temporaryFolder } from '../testing.js';
import { WorkspaceModel } from './workspaceModel.js';

const MODEL = 'not a model, but bytes that have a hash';
const sha256 = createHash('sha256').update(MODEL).digest('hex');

/** A workspace in `atlas/` whose manifest names the model by its hash; the model lies where the test puts it. */
async function workspaceOf(files: Record<string, string>): Promise<{ outer: string; dir: string }> {
  const outer = await temporaryFolder(files);
  const dir = join(outer, 'atlas');
  const workspace = await createWorkspace(dir);
  const manifest: WorkspaceManifest = {
    ...{ version: 1, format: 'incognita-workspace', generator: 'test', seed: 1, complete: true, preset: 'quick' },
    model: { name: 'net', file: 'net.onnx', sha256, bytes: MODEL.length, parameters: 1, producer: '', layers: [] },
    preprocessing: {
      ...{ widthPx: 8, heightPx: 8, resize: 'crop', divisor: 255, mean: [0, 0, 0], std: [1, 1, 1] },
      ...{ colorOrder: 'rgb', layout: 'nchw', source: 'option', statement: '' },
    },
    ...{ dataset: { name: 'd', sha256: '00', pictures: [], skipped: [] }, classes: null, layers: [], progress: null },
  };
  await workspace.writeManifest(manifest);
  await workspace.close();
  return { outer, dir };
}

describe('the model that a workspace was made from', () => {
  test('is found where the log of the last run says, and is the first of the networks', async () => {
    const { outer, dir } = await workspaceOf({ 'models/net.onnx': MODEL });
    const file = join(outer, 'models', 'net.onnx');
    const model = new WorkspaceModel(dir);
    expect(await model.file()).toBeNull();
    await appendFile(join(dir, 'run.jsonl'), `{"event":"model","broken\n${JSON.stringify({ event: 'model', file, sha256 })}\n`);
    expect(await model.file()).toBe(file);
    const [first, ...rest] = await listNetworks(dir, { madeFrom: file, given: [file] });
    expect(first).toEqual({ name: 'net', path: 'workspace:model', file, known: false });
    expect(rest.map((one) => one.file)).not.toContain(file);
  });

  test('is found beside the workspace, but not where another file has its name', async () => {
    const { outer, dir } = await workspaceOf({ 'net.onnx': MODEL.toUpperCase() });
    expect(await new WorkspaceModel(dir).file()).toBeNull();
    await expect(new WorkspaceModel(dir).get()).rejects.toThrow(/net\.onnx has changed since this workspace was made/);
    await writeFile(join(outer, 'right.onnx'), MODEL);
    await rename(join(outer, 'right.onnx'), join(outer, 'net.onnx'));
    expect(await new WorkspaceModel(dir).file()).toBe(join(outer, 'net.onnx'));
  });

  test('is none where there is no workspace', async () => {
    expect(await new WorkspaceModel(await temporaryFolder()).file()).toBeNull();
    await expect(new WorkspaceModel(await temporaryFolder()).get()).rejects.toThrow('There is no workspace here.');
  });
});
