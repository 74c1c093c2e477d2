import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingFolder, Workspace } from '@incognita/workspace';
import { findExplorer, listExplorer } from './explorerFiles.js';

/** ONNX Runtime, and the workers that run it. */
const ENGINE = /\.wasm$|\.worker-[^/]*\.js$|\/ort[.-][^/]*\.js$/;

/**
 * Copies the built explorer into a workspace or a training run that is open for writing, so that any static web server can serve the folder.
 * Files that have the right bytes are left alone; `index.html` comes when everything that it names is there, and then files of
 * an earlier build are removed, so that the result depends on this build only. Returns the paths.
 *
 * The files with which a tab runs models itself (32 MB) are left out unless `engines` asks for them: maps and training runs need none.
 * @throws ExplorerMissingError, DiskError.
 * @example await exportExplorer(workspace);
 */
export async function exportExplorer(
  workspace: Pick<Workspace | TrainingFolder, 'dir' | 'writeShared' | 'removeShared'>,
  { explorerDir, engines = false }: { explorerDir?: string; engines?: boolean } = {},
): Promise<string[]> {
  const dir = await findExplorer(explorerDir);
  const files = (await listExplorer(dir)).filter((file) => file.startsWith('explorer/') && (engines || !ENGINE.test(file)));
  files.push('index.html');
  for (const file of files) await workspace.writeShared(file, await readFile(join(dir, ...file.split('/'))));
  for (const file of await listExplorer(workspace.dir, 'explorer/'))
    if (!files.includes(file)) await workspace.removeShared(file);
  return files;
}
