import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of shared test data beside the repository, or null where it is absent. */
function sharedFolder(): string | null {
  if (process.env.INCOGNITA_SHARED !== undefined) return process.env.INCOGNITA_SHARED;
  for (let folder = dirname(fileURLToPath(import.meta.url)); folder !== dirname(folder); folder = dirname(folder)) {
    const candidate = join(folder, 'shared');
    if (existsSync(join(candidate, 'models'))) return candidate;
  }
  return null;
}

/** A model file of the shared test data, or null where it is absent. */
export function modelBytes(name: string): Uint8Array | null {
  const folder = sharedFolder();
  const path = folder === null ? null : join(folder, 'models', name);
  return path === null || !existsSync(path) ? null : new Uint8Array(readFileSync(path));
}

/** Names of all shared model files; empty where the folder is absent. */
export function modelNames(): string[] {
  const folder = sharedFolder();
  if (folder === null) return [];
  return readdirSync(join(folder, 'models'), { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.onnx'))
    .sort();
}
