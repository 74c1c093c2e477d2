import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { onDisk } from '../disk/DiskError.js';
import type { FileSystem } from '../disk/fileSystem.js';

/** Removes what broken-off stages have left. */
export async function removePartials(fs: FileSystem, root: string): Promise<void> {
  for (const { dir, entry } of await stageEntries(fs, root))
    if (entry.includes('.partial-')) await onDisk(fs, dir, () => fs.rm(dir, { recursive: true, force: true }));
}

/** Removes stages that are not among `keep` (hashes of 16 digits, or whole addresses) and damaged ones that were set aside. */
export async function pruneStages(fs: FileSystem, root: string, keep: ReadonlySet<string>): Promise<string[]> {
  const kept = new Set([...keep].map((hash) => hash.slice(0, 16)));
  const removed: string[] = [];
  for (const { dir, entry, path } of await stageEntries(fs, root)) {
    if (kept.has(entry)) continue;
    // Renamed first: a stage that is being removed must not look finished.
    const doomed = `${dir}.partial-${randomBytes(4).toString('hex')}`;
    await onDisk(fs, dir, () => fs.rename(dir, doomed));
    await onDisk(fs, doomed, () => fs.rm(doomed, { recursive: true, force: true }));
    removed.push(path);
  }
  return removed;
}

async function stageEntries(fs: FileSystem, root: string): Promise<{ dir: string; entry: string; path: string }[]> {
  const entries = [];
  for (const stage of await fs.readdir(join(root, 'stages'), { withFileTypes: true })) {
    if (!stage.isDirectory()) continue;
    for (const entry of (await fs.readdir(join(root, 'stages', stage.name))).sort())
      entries.push({ dir: join(root, 'stages', stage.name, entry), entry, path: `stages/${stage.name}/${entry}` });
  }
  return entries;
}
