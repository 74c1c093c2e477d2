import { join } from 'node:path';
import { onDisk } from '../disk/DiskError.js';
import { TEMPORARY_PREFIX } from '../disk/durable.js';
import { type FileSystem, hasCode } from '../disk/fileSystem.js';
import { WorkspaceError } from '../errors.js';
import { LOCK_FILE } from '../lock/lock.js';

/** Refuses a folder that holds other files than its own kind has, unless its mark is among them. @throws WorkspaceError naming some of them. */
export async function refuseForeign(
  fs: FileSystem,
  root: string,
  { own, mark, what }: { readonly own: readonly string[]; readonly mark: string; readonly what: string },
): Promise<void> {
  const names = (await listFolder(fs, root)).filter((name) => !name.startsWith('.') && !name.startsWith(`${LOCK_FILE}.`));
  const strange = names.filter((name) => !own.includes(name));
  if (names.includes(mark) || strange.length === 0) return;
  throw new WorkspaceError(
    `${root} is not the folder of ${what}: it has no ${mark}, and it holds other files ("${strange.slice(0, 3).join('", "')}"). ` +
      `Name a new or an empty folder, or that of ${what} to go on with.`,
  );
}

/** Names in a folder; none where it is absent. @throws WorkspaceError where it is a file. */
export async function listFolder(fs: FileSystem, dir: string): Promise<string[]> {
  try {
    return await onDisk(fs, dir, () => fs.readdir(dir), { action: 'read' });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    if (hasCode(error, 'ENOTDIR')) throw new WorkspaceError(`${dir} is a file, not a folder. Name a folder.`);
    throw error;
  }
}

/** The bytes of a file; null where it is absent. */
export async function readIfThere(fs: FileSystem, file: string): Promise<Buffer | null> {
  try {
    return await onDisk(fs, file, () => fs.readFile(file), { action: 'read' });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Removes files that a process left half written when it died. */
export async function removeTemporary(fs: FileSystem, root: string): Promise<void> {
  for (const name of await listFolder(fs, root))
    if (name.startsWith(TEMPORARY_PREFIX)) await fs.rm(join(root, name), { force: true });
}
