import * as fsp from 'node:fs/promises';

/** The part of `node:fs/promises` through which a workspace writes; tests pass one that fails. */
export type FileSystem = Pick<
  typeof fsp,
  | 'mkdir'
  | 'open'
  | 'rename'
  | 'rm'
  | 'unlink'
  | 'link'
  | 'readFile'
  | 'readdir'
  | 'stat'
  | 'lstat'
  | 'realpath'
  | 'statfs'
  | 'truncate'
>;

/** The real disk. */
export const nodeFileSystem: FileSystem = fsp;

/** Has the system's error this code? */
export function hasCode(error: unknown, ...codes: string[]): error is NodeJS.ErrnoException {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}
