import { dirname } from 'node:path';
import type { FileSystem } from './fileSystem.js';
import { hasCode } from './fileSystem.js';

const REASONS = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission is denied',
  EPERM: 'the operation is not permitted',
  EROFS: 'the disk is read-only',
  EIO: 'the disk reports a hardware error',
} as const;

export type DiskErrorCode = keyof typeof REASONS;

const REMEDIES: Record<DiskErrorCode, string> = {
  ENOSPC: 'Free some space',
  EDQUOT: 'Free some space',
  EACCES: 'Check the permissions of the folder',
  EPERM: 'Check the permissions of the folder',
  EROFS: 'Choose a folder on a writable disk, or make this one writable',
  EIO: 'Check the disk',
};

interface DiskErrorOptions {
  code: DiskErrorCode;
  file: string;
  bytesFree: number | null;
  action: 'read' | 'write';
  cause: unknown;
}

/** The disk refused: full, over quota, without permission, read-only or broken. The message is meant for the user. */
export class DiskError extends Error {
  override name = 'DiskError';
  readonly code: DiskErrorCode;
  readonly file: string;
  /** Null where the system does not say. */
  readonly bytesFree: number | null;

  constructor({ code, file, bytesFree, action, cause }: DiskErrorOptions) {
    const free = bytesFree === null ? '' : ` (${bytesFree.toLocaleString('en-US')} bytes free)`;
    const resumes = action === 'write' ? ': finished stages are kept, and the run resumes behind the last of them' : '';
    super(`Cannot ${action} ${file}: ${REASONS[code]}${free}. ${REMEDIES[code]} and run the same command again${resumes}.`, {
      cause,
    });
    this.code = code;
    this.file = file;
    this.bytesFree = bytesFree;
  }
}

/** Runs `work` on `file`; a refusal of the disk becomes a {@link DiskError}, everything else passes through. */
export async function onDisk<T>(
  fs: FileSystem,
  file: string,
  work: () => Promise<T>,
  { action = 'write' }: { action?: 'read' | 'write' } = {},
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!hasCode(cause, ...Object.keys(REASONS))) throw cause;
    const bytesFree = action === 'write' ? await freeBytes(fs, dirname(file)) : null;
    throw new DiskError({ code: cause.code as DiskErrorCode, file, bytesFree, action, cause });
  }
}

/** Bytes that this user may still write in the folder (or its nearest parent that exists), or null if the system does not say. */
async function freeBytes(fs: FileSystem, folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await fs.statfs(folder);
    return bavail * bsize;
  } catch {
    const parent = dirname(folder);
    return parent === folder ? null : freeBytes(fs, parent);
  }
}
