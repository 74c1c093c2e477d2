import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EMBEDDED_MODELS } from '@incognita/learn';
import type { WorkspaceManifest } from '@incognita/workspace';

/** The model that a workspace was made from cannot be found. */
export class ModelMissingError extends Error {
  override readonly name = 'ModelMissingError';
}

/**
 * The ONNX file that a workspace was made from, by its hash: where the last run found it (its log says that), among the models that come along,
 * or beside the workspace.
 *
 * @throws ModelMissingError naming the places that were looked at.
 * @example const file = await findModelFile('my.incognita', manifest);
 */
export async function findModelFile(dir: string, { model }: Pick<WorkspaceManifest, 'model'>): Promise<string> {
  const logged = await loggedFiles(join(dir, 'run.jsonl'), model.sha256);
  const beside = [join(dir, model.file), join(dirname(dir), model.file)];
  const places = [...new Set([...logged, ...beside, ...EMBEDDED_MODELS.map(({ path }) => path)])];
  const others: string[] = [];
  for (const file of places) {
    const found = await stat(file).catch(() => null);
    if (!found?.isFile() || (model.bytes > 0 && found.size !== model.bytes)) {
      if (found?.isFile()) others.push(file);
      continue;
    }
    if ((await hashOf(file)) === model.sha256) return file;
    others.push(file);
  }
  const changed = others.filter((file) => logged.includes(file) || beside.includes(file));
  throw new ModelMissingError(
    changed.length > 0
      ? `The model ${model.file} has changed since this workspace was made (${changed.join(', ')}): put the file back that it was made from, or run the command again.`
      : `The model ${model.file} is not where it was when this workspace was made. Put the file beside the workspace, as ${beside[1]}.`,
  );
}

/** Files that the log names for this model, the last run's first. */
async function loggedFiles(log: string, sha256: string): Promise<string[]> {
  const text = await readFile(log, 'utf8').catch(() => '');
  const files: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.includes('"model"')) continue;
    try {
      const entry = JSON.parse(line) as { event?: unknown; file?: unknown; sha256?: unknown };
      if (entry.event === 'model' && entry.sha256 === sha256 && typeof entry.file === 'string') files.unshift(entry.file);
    } catch {
      // A line that a broken-off run left unfinished says nothing.
    }
  }
  return files;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('hex');
}
