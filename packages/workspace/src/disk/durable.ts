import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { onDisk } from './DiskError.js';
import type { FileSystem } from './fileSystem.js';
import { hasCode } from './fileSystem.js';

/** Temporary files of {@link writeAtomically} lie at the root of the workspace under names with this beginning. */
export const TEMPORARY_PREFIX = '.tmp-';

/** Writes a whole new file and forces it to the disk. */
export async function writeDurably(fs: FileSystem, file: string, data: Uint8Array): Promise<void> {
  await onDisk(fs, file, async () => {
    const handle = await fs.open(file, 'w');
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
  });
}

/** Forces a folder's entries (new files, renames) to the disk; systems that cannot (Windows) are let off. */
export async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  await onDisk(fs, folder, async () => {
    try {
      const handle = await fs.open(folder, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    } catch (error) {
      if (!hasCode(error, 'EISDIR', 'EINVAL', 'ENOTSUP') && !(process.platform === 'win32' && hasCode(error, 'EPERM', 'EACCES')))
        throw error;
    }
  });
}

/** Makes a folder and those above it that are missing, and forces the entries of the latter to the disk. */
export async function makeFolder(fs: FileSystem, folder: string): Promise<void> {
  const first = await onDisk(fs, folder, () => fs.mkdir(folder, { recursive: true }));
  for (let made = folder; first !== undefined && made.length > first.length; ) {
    made = dirname(made);
    await syncFolder(fs, dirname(made));
  }
}

/** Replaces `file` in one step: a reader, or a crash, sees the old bytes or the new ones. `root` is on the same disk. */
export async function writeAtomically(fs: FileSystem, { root, file, data }: { root: string; file: string; data: Uint8Array }) {
  const temporary = join(root, `${TEMPORARY_PREFIX}${randomBytes(8).toString('hex')}`);
  try {
    await writeDurably(fs, temporary, data);
    await onDisk(fs, file, async () => {
      await fs.mkdir(dirname(file), { recursive: true });
      await fs.rename(temporary, file);
    });
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(fs, dirname(file));
}
