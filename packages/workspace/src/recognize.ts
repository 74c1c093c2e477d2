import { join } from 'node:path';
import { onDisk } from './disk/DiskError.js';
import { TEMPORARY_PREFIX } from './disk/durable.js';
import type { FileSystem } from './disk/fileSystem.js';
import { hasCode } from './disk/fileSystem.js';
import { WorkspaceError } from './errors.js';
import { LOCK_FILE } from './lock/lock.js';
import { MANIFEST_FILE, parseManifest, readManifestText } from './manifestFile.js';
import { LOG_FILE } from './stage/runLog.js';

/** What operating systems put into any folder. */
const LITTER = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini', 'lost+found', '.directory']);
const KNOWN = new Set([MANIFEST_FILE, 'index.html', 'explorer', 'stages', LOG_FILE, LOCK_FILE]);

/**
 * Is the folder a workspace (its manifest says so, or it holds what a run leaves that was broken off before the first
 * manifest), empty, or absent? @throws WorkspaceError when it is something else, WorkspaceVersionError when it is newer.
 */
export async function recognize(fs: FileSystem, dir: string): Promise<'workspace' | 'empty' | 'absent'> {
  const names = await listFolder(fs, dir);
  if (names === null) return 'absent';
  const own = names.filter((name) => !LITTER.has(name));
  const text = own.includes(MANIFEST_FILE) ? await readManifestText(fs, dir) : null;
  if (text !== null) {
    parseManifest(text, join(dir, MANIFEST_FILE));
    return 'workspace';
  }
  const strange = own.filter((name) => !isKnown(name));
  const begun = own.includes('stages') || own.some((name) => name.startsWith(LOCK_FILE));
  if (own.length === 0 || (!begun && own.every((name) => name.startsWith(TEMPORARY_PREFIX)))) return 'empty';
  if (begun && strange.length === 0) return 'workspace';
  const examples = (strange.length > 0 ? strange : own).slice(0, 3).map((name) => `"${name}"`);
  throw new WorkspaceError(
    `${dir} is not a workspace: it has no ${MANIFEST_FILE}, and it holds other files (${examples.join(', ')}${own.length > 3 ? ', …' : ''}). ` +
      'Name a new or an empty folder, or a workspace that was made before.',
  );
}

function isKnown(name: string): boolean {
  return KNOWN.has(name) || name.startsWith(`${LOCK_FILE}.takeover-`) || name.startsWith(TEMPORARY_PREFIX);
}

async function listFolder(fs: FileSystem, dir: string): Promise<string[] | null> {
  try {
    return (await onDisk(fs, dir, () => fs.readdir(dir), { action: 'read' })).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    if (hasCode(error, 'ENOTDIR')) throw new WorkspaceError(`${dir} is a file, not a folder. Name the folder of a workspace.`);
    throw error;
  }
}
