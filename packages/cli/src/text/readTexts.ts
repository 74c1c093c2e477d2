import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, extname, join, relative, resolve } from 'node:path';
import { storyTexts, storyWorld } from '@incognita/learn';
import { UsageError } from '../errors.js';

const EXTENSIONS = ['.txt', '.md', '.text'];

/** Texts with the name of the file or folder that they are from. */
export interface NamedTexts {
  readonly name: string;
  readonly texts: readonly string[];
  /** Terms of the texts where they are known. */
  readonly licences: readonly string[];
}

/** What `stories` stands for: so many stories of the world with this seed. */
const STORIES = { seed: 1, from: 0, to: 21_000 };

/**
 * Reads a text file, or all `.txt`, `.md` and `.text` files below a folder in the order of their paths; `stories` are those of the story world.
 *
 * @throws UsageError for a path that does not exist, a folder without text, and a file that is not UTF-8.
 */
export async function readTexts(path: string): Promise<NamedTexts> {
  if (path === 'stories')
    return {
      name: path,
      texts: storyTexts(storyWorld({ seed: STORIES.seed }), STORIES),
      licences: ['made by this program: Apache-2.0'],
    };
  const info = await stat(path).catch(() => null);
  if (info === null) throw new UsageError(`there is no file or folder ${path}`);
  const name = basename(resolve(path)).replace(/\.(txt|md|text)$/i, '');
  if (!info.isDirectory()) return { name, texts: [await readText(path)], licences: [] };
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && EXTENSIONS.includes(extname(entry.name).toLowerCase()))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort((a, b) => (relative(path, a) < relative(path, b) ? -1 : 1));
  const texts = (await Promise.all(files.map(readText))).filter((text) => text !== '');
  if (texts.length === 0)
    throw new UsageError(`there is no text in ${path}: files that end in ${EXTENSIONS.join(', ')} are read`);
  return { name, texts, licences: [] };
}

async function readText(file: string): Promise<string> {
  const bytes = await readFile(file);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${file} is not text in UTF-8: convert it (iconv -f latin1 -t utf-8), or take it out of the folder`);
  }
}
