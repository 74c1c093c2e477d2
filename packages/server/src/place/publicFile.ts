import { realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

/**
 * The parts of a URL's path, decoded; null when one of them is no plain file name (`..`, hidden, with a slash, a back-slash, a
 * colon or NUL, however they are encoded).
 */
export function decodePath(pathname: string): string[] | null {
  try {
    const parts = pathname.split('/').slice(1).map(decodeURIComponent);
    return parts.every((part) => part !== '' && !part.startsWith('.') && !/[/\\:\0]/.test(part)) ? parts : null;
  } catch {
    return null;
  }
}

/** The real path of a file in `root`; null when it is absent or a symbolic link leads outside. */
export async function realFile(root: string, parts: readonly string[]): Promise<string | null> {
  try {
    const file = await realpath(join(root, ...parts));
    return file.startsWith((await realpath(root)) + sep) ? file : null;
  } catch (error) {
    if (isAbsence(error)) return null;
    throw error;
  }
}

/** Does the system's error mean that there is no such file for us? Others (too many open files, a broken disk) are failures. */
export function isAbsence(error: unknown): boolean {
  const absences = ['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'EACCES', 'ENAMETOOLONG', 'ENXIO'];
  return absences.includes((error as NodeJS.ErrnoException).code ?? '');
}
