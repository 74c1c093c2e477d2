import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { TaskContext } from '@incognita/runtime';
import { decodePicture, encodeWebp, type Preprocessing, preprocess } from '@incognita/vision';

export interface HashArgs {
  readonly folder: string;
  readonly files: readonly string[];
}

/** Worker task: the SHA-256 of each file; null for one that cannot be read. */
export async function hashPictures({ folder, files }: HashArgs, context: TaskContext): Promise<(string | null)[]> {
  const hashes: (string | null)[] = [];
  for (const file of files) {
    context.throwIfAborted();
    const bytes = await readFile(path.join(folder, file)).catch(() => null);
    hashes.push(bytes === null ? null : createHash('sha256').update(bytes).digest('hex'));
  }
  return hashes;
}

export interface PrepareArgs extends HashArgs {
  readonly preprocessing: Preprocessing;
  /** Stored pictures have so many times the network's size. */
  readonly scale: number;
  readonly maxMegapixels: number;
  readonly quality: number;
}

/** What became of a picture: as the network sees it, with the size of what it sees, or why it cannot be used. */
export type Prepared =
  | { readonly webp: Uint8Array; readonly widthPx: number; readonly heightPx: number }
  | { readonly reason: string };

/** Worker task: every picture as the network sees it, as WebP. A picture that cannot be used becomes a reason. */
export async function preparePictures(args: PrepareArgs, context: TaskContext): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const file of args.files) {
    context.throwIfAborted();
    try {
      const picture = await decodePicture(await readFile(path.join(args.folder, file)), { maxMegapixels: args.maxMegapixels });
      const { widthPx, heightPx } = args.preprocessing;
      const larger = { ...args.preprocessing, widthPx: widthPx * args.scale, heightPx: heightPx * args.scale };
      const { seen } = preprocess(picture, larger);
      prepared.push({ webp: await encodeWebp(seen, { quality: args.quality }), widthPx, heightPx });
    } catch (error) {
      prepared.push({ reason: reasonOf(error) });
    }
    context.progress(1);
  }
  return prepared;
}

/** A reason without a path of the machine. */
function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EACCES' || code === 'EPERM') return 'the file may not be read';
  if (code === 'ENOENT') return 'the file does not exist';
  return error instanceof Error ? error.message : String(error);
}
