import { readdir } from 'node:fs/promises';
import type { Workspace } from '@incognita/workspace';

/** Stages that only carry a run over a break: joined into others when it is complete. */
const PARTS: ReadonlySet<string> = new Set(['collect-part', 'attribution-part', 'survey-part']);

/** Removes what a complete atlas does not need: parts that were joined. Keeps what other runs made. */
export async function pruneParts(workspace: Workspace): Promise<void> {
  const keep = new Set<string>();
  for (const name of await readdir(workspace.resolve('stages'))) {
    if (PARTS.has(name)) continue;
    for (const hash of await readdir(workspace.resolve(`stages/${name}`))) keep.add(hash);
  }
  await workspace.prune(keep);
}
