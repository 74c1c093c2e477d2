import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createWorkspace } from '@incognita/workspace';
import { expect, test } from 'vitest';
import { exportExplorer } from './exportExplorer.js';
import { builtExplorer, temporaryFolder } from './testing.js';

test('the built explorer is copied to the byte; a second time nothing is written; an earlier build leaves nothing behind', async () => {
  const explorerDir = await builtExplorer();
  const dir = await temporaryFolder();
  const workspace = await createWorkspace(dir);
  const files = await exportExplorer(workspace, { explorerDir });
  expect(files).toEqual(['explorer/assets/index.js', 'explorer/assets/style.css', 'index.html']);
  const times = await Promise.all(files.map(async (file) => (await stat(join(dir, file), { bigint: true })).mtimeNs));
  expect(await exportExplorer(workspace, { explorerDir })).toEqual(files);
  for (const [i, file] of files.entries()) {
    expect(await readFile(join(dir, file))).toEqual(await readFile(join(explorerDir, file)));
    expect((await stat(join(dir, file), { bigint: true })).mtimeNs).toBe(times[i]);
  }
  const newer = await temporaryFolder({ 'index.html': 'new', 'explorer/assets/other.js': 'new' });
  await exportExplorer(workspace, { explorerDir: newer });
  expect(await readdir(join(dir, 'explorer', 'assets'))).toEqual(['other.js']);
  const engine = ['ort-wasm-simd.jspi-C0.wasm', 'ort.jspi.min-B1.js', 'ort-wasm-simd-threaded-D2.js', 'network.worker-Di.js'];
  const built = Object.fromEntries([...engine, 'sort.js', 'workers.js'].map((file) => [`explorer/assets/${file}`, 'x']));
  const withEngine = await temporaryFolder({ 'index.html': 'new', ...built });
  const page = ['explorer/assets/sort.js', 'explorer/assets/workers.js', 'index.html'];
  expect(await exportExplorer(workspace, { explorerDir: withEngine })).toEqual(page);
  const whole = await exportExplorer(workspace, { explorerDir: withEngine, engines: true });
  expect(whole.toSorted()).toEqual([...page, ...engine.map((file) => `explorer/assets/${file}`)].toSorted());
  await workspace.close();
  expect(await readdir(dir)).toEqual(['explorer', 'index.html', 'run.jsonl', 'stages']);
});
