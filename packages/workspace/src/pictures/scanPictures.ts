import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, resolve } from 'node:path';
import { onDisk } from '../disk/DiskError.js';
import { hasCode, nodeFileSystem } from '../disk/fileSystem.js';
import { WorkspaceError } from '../errors.js';
import { parseLabels } from './labelsFile.js';
import { naturalOrder } from './naturalOrder.js';
import { type LabelSource, labelPictures } from './pictureLabels.js';

/** Files with these extensions (in any case) count as pictures. */
export const PICTURE_EXTENSIONS: readonly string[] = [
  '.avif',
  '.bmp',
  '.gif',
  '.heic',
  '.jpeg',
  '.jpg',
  '.png',
  '.svg',
  '.tif',
  '.tiff',
  '.webp',
];
const LABELS_FILE = 'labels.csv';

export interface ScannedPicture {
  /** Absolute path. */
  readonly path: string;
  /** Path relative to the folder, with forward slashes. */
  readonly file: string;
  readonly label: string | null;
}

export interface PictureScan {
  /** In {@link naturalOrder} of `file`. */
  readonly pictures: ScannedPicture[];
  /** How many other files there are by extension (`.txt`; `(none)` without one; `(broken link)`). */
  readonly others: Readonly<Record<string, number>>;
  readonly labelSource: LabelSource | null;
}

/**
 * Lists the pictures in a folder and the folders in it, with their labels (see {@link labelPictures}). Hidden files are left
 * out; links are followed, each folder once. Whether a file really is a picture shows when it is decoded.
 * @throws WorkspaceError when the folder is absent, a file, empty or without a picture.
 * @example const { pictures, labelSource } = await scanPictures('photos');
 */
export async function scanPictures(dir: string): Promise<PictureScan> {
  const root = resolve(dir);
  const others: Record<string, number> = {};
  const files: string[] = [];
  for (const file of await listFiles(root, dir)) {
    const extension = file.broken ? '(broken link)' : extname(file.name).toLowerCase();
    if (PICTURE_EXTENSIONS.includes(extension)) files.push(file.name);
    else if (file.name !== LABELS_FILE) others[extension || '(none)'] = (others[extension || '(none)'] ?? 0) + 1;
  }
  if (files.length === 0) throw new WorkspaceError(noPictures(dir, others));
  files.sort(naturalOrder);
  const { labels, source } = labelPictures(files, await readLabels(root, files));
  const pictures = files.map((file, i) => ({ path: join(root, file), file, label: labels[i]! }));
  return { pictures, others, labelSource: source };
}

function noPictures(dir: string, others: Readonly<Record<string, number>>): string {
  const remedy = `Name a folder with pictures (${PICTURE_EXTENSIONS.join(', ')}).`;
  const kinds = Object.entries(others).sort(([a, m], [b, n]) => n - m || naturalOrder(a, b));
  const count = kinds.reduce((sum, [, n]) => sum + n, 0);
  if (count === 0) return `The folder ${dir} is empty. ${remedy}`;
  const list = kinds.slice(0, 8).map(([extension, n]) => `${extension} ×${n}`);
  return `The folder ${dir} has ${count} ${count === 1 ? 'file' : 'files'}, none a picture: ${list.join(', ')}${kinds.length > 8 ? ', …' : ''}. ${remedy}`;
}

async function readLabels(root: string, files: readonly string[]): Promise<Map<string, string> | null> {
  const path = join(root, LABELS_FILE);
  let text: string;
  try {
    text = await onDisk(nodeFileSystem, path, () => readFile(path, 'utf8'), { action: 'read' });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
  const labels = parseLabels(text);
  if (!files.some((file) => labels.has(file)))
    throw new WorkspaceError(
      `${path} names none of the ${files.length} pictures. Its column "file" must hold paths relative to the folder, such as "${files[0]}".`,
    );
  return labels;
}

interface FoundFile {
  /** Relative, with forward slashes. */
  name: string;
  broken: boolean;
}

/** All files that are not hidden. Folders are visited in order and once each, so links in a circle end. */
async function listFiles(root: string, given: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  const visited = new Set<string>();
  async function visit(dir: string, prefix: string): Promise<void> {
    const real = await realpath(dir);
    if (visited.has(real)) return;
    visited.add(real);
    const entries = await onDisk(nodeFileSystem, dir, () => readdir(dir, { withFileTypes: true }), { action: 'read' });
    const folders: string[] = [];
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
      const kind = entry.isSymbolicLink() ? await targetKind(join(dir, entry.name)) : entry;
      if (kind === null) found.push({ name: prefix + entry.name, broken: true });
      else if (kind.isDirectory()) folders.push(entry.name);
      else if (kind.isFile()) found.push({ name: prefix + entry.name, broken: false });
    }
    for (const name of folders.sort(naturalOrder)) await visit(join(dir, name), `${prefix}${name}/`);
  }
  try {
    await visit(root, '');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw new WorkspaceError(`There is no folder ${given}. Name a folder with pictures.`);
    if (hasCode(error, 'ENOTDIR'))
      throw new WorkspaceError(`${given} is a file, not a folder. Name the folder that holds the pictures.`);
    throw error;
  }
  return found;
}

async function targetKind(link: string) {
  try {
    return await stat(link);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ELOOP', 'ENOTDIR')) return null;
    throw error;
  }
}
