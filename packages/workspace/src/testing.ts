import { lstat, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder of its own for one test, removed when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'incognita-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** Every file below a folder by its relative path, with its content in hexadecimal; folders as `path/` with ''. */
export async function readTree(dir: string, prefix = ''): Promise<Record<string, string>> {
  const tree: Record<string, string> = {};
  for (const name of (await readdir(join(dir, prefix))).sort()) {
    const path = prefix + name;
    if ((await lstat(join(dir, path))).isDirectory()) Object.assign(tree, { [`${path}/`]: '' }, await readTree(dir, `${path}/`));
    else tree[path] = (await readFile(join(dir, path))).toString('hex');
  }
  return tree;
}

/** The events of a workspace's log, in order. */
export async function readEvents(dir: string): Promise<{ event: string; name?: string; hash?: string; reason?: string }[]> {
  const text = await readFile(join(dir, 'run.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
