import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** Every file of a workspace but the run's log, with the hash of its bytes. */
export async function snapshot(dir: string): Promise<Record<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => relative(dir, join(entry.parentPath, entry.name)));
  const hashes = await Promise.all(
    files
      .filter((file) => file !== 'run.jsonl')
      .sort()
      .map(
        async (file) =>
          [
            file,
            createHash('sha256')
              .update(await readFile(join(dir, file)))
              .digest('hex'),
          ] as const,
      ),
  );
  return Object.fromEntries(hashes);
}
