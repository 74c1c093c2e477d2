import { join, sep } from 'node:path';
import { WorkspaceError } from '../errors.js';

/**
 * Checks a path inside a workspace: forward slashes, relative, every part a plain name. Returns its parts.
 * @throws WorkspaceError for absolute paths, `..`, `.`, empty parts, back-slashes, drive letters and NUL.
 */
export function pathParts(path: string): string[] {
  const parts = path.split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0:]/.test(part)))
    throw new WorkspaceError(
      `"${path.replace(/\0/g, '\\0')}" is not a path inside the workspace. Use a relative path with forward slashes and without "..", for example "stages/collect/0123456789abcdef/vectors.safetensors".`,
    );
  return parts;
}

/** The absolute path of a path inside the folder `root`; throws as {@link pathParts} does. */
export function resolveInside(root: string, path: string): string {
  return join(root, ...pathParts(path));
}

/** Is the absolute path `file` the folder `root` or inside it? Both must be real paths (without symbolic links). */
export function isInside(root: string, file: string): boolean {
  return file === root || file.startsWith(root.endsWith(sep) ? root : root + sep);
}
