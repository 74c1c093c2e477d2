import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { findDecoderFile } from '@incognita/language';
import type { Offers } from '@incognita/workspace';
import type { Holding } from './holding.js';

/** What a tab needs to run a decoder itself: the graph, its weights, and the files that say how it is used. */
const FILES = /(\.onnx|\.onnx_data(_\d+)?|\.data|\.bin|^(tokenizer|tokenizer_config|config|generation_config)\.json)$/;

/** Decoders of text: the folder itself is one, or folders in it are; null where there is none. */
export async function decodersHolding(dir: string): Promise<Holding | null> {
  if ((await listDecoders(dir)).length === 0) return null;
  return {
    offers: async () => ({ decoders: await listDecoders(dir) }),
    async cachePolicy(parts) {
      const folder = parts.slice(0, -1);
      if (folder.at(-1) === 'onnx') folder.pop();
      const known = folder.length <= 1 && FILES.test(parts.at(-1)!);
      return known && (await isDecoder(join(dir, ...folder))) ? 'revalidate' : null;
    },
  };
}

/** Names, paths (relative, with a slash at the end, or empty) and ONNX files of the decoders in a folder. */
export async function listDecoders(dir: string): Promise<Offers['decoders']> {
  if (await isDecoder(dir)) return [{ name: basename(dir), path: '', ...(await fileOf(dir)) }];
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const names = entries.flatMap((e) => (e.isDirectory() && !e.name.startsWith('.') ? [e.name] : []));
  const found = await Promise.all(
    names.map(async (name) => {
      const folder = join(dir, name);
      return (await isDecoder(folder)) ? [{ name, path: `${encodeURIComponent(name)}/`, ...(await fileOf(folder)) }] : [];
    }),
  );
  return found.flat();
}

async function isDecoder(dir: string): Promise<boolean> {
  const tokenizer = (await stat(join(dir, 'tokenizer.json')).catch(() => null))?.isFile() ?? false;
  if (!tokenizer) return false;
  const names = await Promise.all(['.', 'onnx'].map((folder) => readdir(join(dir, folder)).catch(() => [] as string[])));
  return names.flat().some((name) => name.endsWith('.onnx'));
}

/** Where several files could be meant, opening says so. */
async function fileOf(dir: string): Promise<{ file?: string }> {
  const file = await findDecoderFile(dir).catch(() => null);
  if (file === null) return {};
  return { file: relative(dir, file).split(sep).map(encodeURIComponent).join('/') };
}
