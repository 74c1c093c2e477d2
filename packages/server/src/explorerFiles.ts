import { readdir, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The explorer has not been built, so there is no page to show. */
export class ExplorerMissingError extends Error {
  override name = 'ExplorerMissingError';
}

/**
 * The folder of the built web app: `index.html` and `explorer/assets/…`. The installed package's unless `given`.
 * @throws ExplorerMissingError
 */
export async function findExplorer(given?: string): Promise<string> {
  const dir = given ?? join(dirname(createRequire(import.meta.url).resolve('@incognita/explorer/package.json')), 'dist');
  const found = await stat(join(dir, 'index.html')).catch(() => null);
  if (!found?.isFile())
    throw new ExplorerMissingError(
      `The explorer has not been built: ${dir} has no index.html. Run "npm run build" in the repository.`,
    );
  return dir;
}

/** The app's files in `dir` below `prefix`, relative to `dir` with forward slashes, in one order. */
export async function listExplorer(dir: string, prefix = ''): Promise<string[]> {
  const files: string[] = [];
  async function visit(folder: string): Promise<void> {
    for (const entry of await readdir(join(dir, folder), { withFileTypes: true })) {
      if (entry.isDirectory()) await visit(`${folder}${entry.name}/`);
      else if (entry.isFile()) files.push(folder + entry.name);
    }
  }
  await visit(prefix);
  return files.sort();
}
