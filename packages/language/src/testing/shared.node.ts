import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of a file among the shared models beside the repository, or null where it is absent. */
export function sharedModel(name: string): string | null {
  const given = process.env.INCOGNITA_SHARED;
  if (given !== undefined) return existsSync(join(given, 'models', name)) ? join(given, 'models', name) : null;
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const path = join(folder, 'shared', 'models', name);
    if (existsSync(path)) return path;
  }
  return null;
}

/** A JSON file among the shared models, or null. */
export function sharedJson(name: string): unknown {
  const path = sharedModel(name);
  return path === null ? null : JSON.parse(readFileSync(path, 'utf8'));
}
