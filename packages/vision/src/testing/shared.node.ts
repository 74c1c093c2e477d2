import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * A file of the folder with real models and pictures for tests, which lies beside the repository or where INCOGNITA_SHARED says; null where it
 * is absent.
 */
export function sharedFile(path: string): string | null {
  const root = process.env.INCOGNITA_SHARED ?? fileURLToPath(new URL('../../../../../shared', import.meta.url));
  const file = `${root}/${path}`;
  return existsSync(file) ? file : null;
}
