import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Holding } from './holding.js';

/** Decoders of text: the folder itself is one, or folders in it are; null where there is none. Their files are not for the web. */
export async function decodersHolding(dir: string): Promise<Holding | null> {
  if ((await listDecoders(dir)).length === 0) return null;
  return { offers: async () => ({ decoders: await listDecoders(dir) }), cachePolicy: async () => null };
}

/** Names and paths (relative, with a slash at the end, or empty) of the decoders in a folder. */
export async function listDecoders(dir: string): Promise<{ name: string; path: string }[]> {
  if (await isDecoder(dir)) return [{ name: basename(dir), path: '' }];
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const folders = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.'));
  const found = await Promise.all(folders.map(async ({ name }) => ((await isDecoder(join(dir, name))) ? [name] : [])));
  return found.flat().map((name) => ({ name, path: `${encodeURIComponent(name)}/` }));
}

async function isDecoder(dir: string): Promise<boolean> {
  const tokenizer = (await stat(join(dir, 'tokenizer.json')).catch(() => null))?.isFile() ?? false;
  if (!tokenizer) return false;
  const names = await Promise.all(['.', 'onnx'].map((folder) => readdir(join(dir, folder)).catch(() => [] as string[])));
  return names.flat().some((name) => name.endsWith('.onnx'));
}
