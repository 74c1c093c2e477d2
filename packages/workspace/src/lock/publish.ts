import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { onDisk } from '../disk/DiskError.js';
import { TEMPORARY_PREFIX, writeDurably } from '../disk/durable.js';
import type { FileSystem } from '../disk/fileSystem.js';
import { hasCode } from '../disk/fileSystem.js';

/**
 * Creates `file` with all its content in one step, if it does not exist: true when this call created it. The content is
 * written under another name first and then linked, since between `open(O_EXCL)` and the first write others would see an
 * empty file. Disks without hard links fall back to `O_EXCL`.
 */
export async function publishExclusively(fs: FileSystem, file: string, content: string): Promise<boolean> {
  for (;;) {
    const temporary = join(dirname(file), `${TEMPORARY_PREFIX}${randomBytes(8).toString('hex')}`);
    try {
      await writeDurably(fs, temporary, Buffer.from(content));
      await fs.link(temporary, file);
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      if (hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EXDEV'))
        return await createExclusively(fs, file, content);
      // The writer that holds the lock has swept our temporary file away: once more, to be told that the lock exists.
      if (!hasCode(error, 'ENOENT')) throw error;
    } finally {
      await fs.rm(temporary, { force: true });
    }
  }
}

async function createExclusively(fs: FileSystem, file: string, content: string): Promise<boolean> {
  return onDisk(fs, file, async () => {
    try {
      const handle = await fs.open(file, 'wx');
      try {
        await handle.writeFile(content);
        await handle.sync();
      } finally {
        await handle.close();
      }
      return true;
    } catch (error) {
      if (hasCode(error, 'EEXIST')) return false;
      throw error;
    }
  });
}
