import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Workspace } from '@incognita/workspace';
import { findExplorer, listExplorer } from './explorerFiles.js';

/**
 * Copies the built explorer into a workspace that is open for writing, so that any static web server can serve the folder. Files that have
 * the right bytes are left alone; `index.html` comes last, when everything that it names is there. Returns the paths.
 * @throws ExplorerMissingError, DiskError.
 * @example await exportExplorer(workspace);
 */
export async function exportExplorer(
  workspace: Pick<Workspace, 'writeShared'>,
  { explorerDir }: { explorerDir?: string } = {},
): Promise<string[]> {
  const dir = await findExplorer(explorerDir);
  const files = (await listExplorer(dir)).filter((file) => file.startsWith('explorer/'));
  files.push('index.html');
  for (const file of files) await workspace.writeShared(file, await readFile(join(dir, ...file.split('/'))));
  return files;
}
