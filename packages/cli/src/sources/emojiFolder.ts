import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type DrawingFacts,
  drawingFacts,
  type EmojiDrawing,
  type EmojiWorld,
  emojiGroup,
  emojiImages,
  emojiVersion,
  loadEmoji,
} from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import { UsageError } from '../errors.js';
import type { Progress } from '../progress.js';
import { cacheFolder } from './cacheFolder.js';

/** Side of the pictures: twice what the embedded network sees, so that they can be looked at as well. */
const SIDE_PX = 128;
/** Raised when the same drawings become other files. */
const VERSION = 2;

/** Options of {@link emojiFolder}. */
export interface EmojiFolderOptions {
  readonly pool: WorkerPool;
  readonly progress: Progress;
  readonly signal: AbortSignal;
  /** Which drawings; default all. */
  readonly choice?: {
    /** For the folder's name. */
    readonly name: string;
    readonly choose: (world: EmojiWorld, facts: readonly DrawingFacts[]) => readonly number[];
  };
}

interface Picture {
  readonly file: string;
  readonly drawing: EmojiDrawing;
  readonly facts: DrawingFacts;
}

/**
 * The emoji world, or one group of it, as a folder of pictures in the cache: `<group>/<concept>/<set>.<icon>.png`, and `labels.csv` with what is known of
 * each. What an earlier call has rendered is found again; one that was broken off goes on.
 *
 * @returns the folder's absolute path.
 * @throws RangeError for an unknown group, UsageError where the cache cannot be written.
 */
export async function emojiFolder(group: string | null, options: EmojiFolderOptions): Promise<string> {
  const root = join(cacheFolder(), 'pictures', dataVersion(), options.choice?.name ?? 'emoji');
  const folder = group === null ? root : join(root, group);
  // The table is written last.
  if (await isThere(join(folder, 'labels.csv'))) return folder;
  const world = group === null ? loadEmoji() : emojiGroup(loadEmoji(), group);
  const facts = drawingFacts(world);
  const chosen = options.choice?.choose(world, facts) ?? world.drawings.map((_, i) => i);
  const pictures = chosen.map((i): Picture => {
    const drawing = world.drawings[i]!;
    const path = `${drawing.slug}/${drawing.set}.${drawing.icon}.png`;
    return { file: group === null ? `${facts[i]!.group}/${path}` : path, drawing, facts: facts[i]! };
  });
  try {
    await render(folder, pictures, options);
    await writeInOneStep(join(folder, 'labels.csv'), labelTable(pictures));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error;
    throw new UsageError(`cannot write the rendered pictures: ${message}. Set INCOGNITA_CACHE to a folder that can be written.`);
  }
  return folder;
}

async function render(
  folder: string,
  pictures: readonly Picture[],
  { pool, progress, signal }: EmojiFolderOptions,
): Promise<void> {
  const before = await filesIn(folder);
  const missing = pictures.filter(({ file }) => !before.has(file));
  for (const dir of new Set(missing.map(({ file }) => dirname(join(folder, file))))) await mkdir(dir, { recursive: true });
  let done = pictures.length - missing.length;
  const tell = (): void => progress.report({ label: 'drawing emoji', done, total: pictures.length });
  tell();
  const onImage = async (i: number, png: Uint8Array): Promise<void> => {
    await writeInOneStep(join(folder, missing[i]!.file), png);
    done++;
    tell();
  };
  const drawings = missing.map(({ drawing }) => drawing);
  await emojiImages(drawings, { pool, sidePx: SIDE_PX, signal, onImage });
}

function labelTable(pictures: readonly Picture[]): string {
  const columns = ['label', 'group', 'artist', 'set', 'role', 'tone', 'gender', 'age'] as const;
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = pictures.map(({ file, facts }) => [file, ...columns.map((column) => facts[column] ?? '')].map(quote).join(','));
  return `${[['file', ...columns].join(','), ...rows].join('\n')}\n`;
}

/** Files that are not empty, relative to the folder. */
async function filesIn(folder: string): Promise<Set<string>> {
  const found = new Set<string>();
  const visit = async (prefix: string): Promise<void> => {
    const entries = await readdir(join(folder, prefix), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
      if (entry.isDirectory()) await visit(path);
      else if ((await stat(join(folder, path))).size > 0) found.add(path);
    }
  };
  await visit('');
  return found;
}

/** Whoever reads the file sees nothing or all of it; two processes may do this at once. */
async function writeInOneStep(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await writeFile(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Another version of a set, or of the way it is drawn, gets a folder of its own. */
function dataVersion(): string {
  return createHash('sha256')
    .update(JSON.stringify([VERSION, SIDE_PX, emojiVersion()]))
    .digest('hex')
    .slice(0, 12);
}
