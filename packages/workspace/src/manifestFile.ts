import { join } from 'node:path';
import { z } from 'zod';
import { canonicalJson } from './canonicalJson.js';
import { onDisk } from './disk/DiskError.js';
import type { FileSystem } from './disk/fileSystem.js';
import { hasCode } from './disk/fileSystem.js';
import { WorkspaceError, WorkspaceVersionError } from './errors.js';
import { WORKSPACE_VERSION, type WorkspaceManifest, workspaceManifestSchema } from './schema/manifest.js';

/** Name of the manifest at the root of a workspace. */
export const MANIFEST_FILE = 'incognita.json';

/** The manifest's text, or null before the first one was written. */
export async function readManifestText(fs: FileSystem, dir: string): Promise<string | null> {
  const file = join(dir, MANIFEST_FILE);
  try {
    return await onDisk(fs, file, () => fs.readFile(file, 'utf8'), { action: 'read' });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Reads a manifest's text strictly. @throws WorkspaceVersionError, WorkspaceError naming each value that is wrong. */
export function parseManifest(text: string, file: string): WorkspaceManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new WorkspaceError(
      `${file} is damaged: ${(error as Error).message}. Delete it and run the same command again: finished stages are kept.`,
    );
  }
  const { format, version } = (typeof json === 'object' && json !== null ? json : {}) as { format?: unknown; version?: unknown };
  if (format !== 'incognita-workspace')
    throw new WorkspaceError(
      `${file} is not the manifest of a workspace: its format is ${JSON.stringify(format) ?? 'missing'}. Name the folder of a workspace, or a new or empty one.`,
    );
  if (typeof version === 'number' && version > WORKSPACE_VERSION)
    throw new WorkspaceVersionError({
      dir: file.slice(0, -MANIFEST_FILE.length - 1),
      found: version,
      supported: WORKSPACE_VERSION,
    });
  return check(json, `${file} is damaged`, 'Delete it and run the same command again: finished stages are kept.');
}

/** The manifest's one text: checked, keys in order, a line feed at the end. */
export function printManifest(manifest: WorkspaceManifest): string {
  return (
    canonicalJson(check(manifest, 'This manifest cannot be written', 'This is a mistake of the program that wrote it.')) + '\n'
  );
}

function check(json: unknown, what: string, remedy: string): WorkspaceManifest {
  const result = workspaceManifestSchema.safeParse(json);
  if (result.success) return result.data;
  throw new WorkspaceError(`${what}:\n${z.prettifyError(result.error)}\n${remedy}`);
}
