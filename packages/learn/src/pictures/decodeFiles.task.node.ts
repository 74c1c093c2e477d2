import { readFile } from 'node:fs/promises';
import type { TaskContext } from '@incognita/runtime';
import { decodePicture, fit, type Preprocessing } from '@incognita/vision';

/** Arguments of {@link decodeFiles}. */
export interface DecodeFilesArgs {
  readonly paths: readonly string[];
  readonly preprocessing: Preprocessing;
  readonly maxMegapixels: number;
  /** Number of the first picture within `pixels`. */
  readonly first: number;
  /** Red, green, blue, alpha of all pictures, one after the other; in shared memory. */
  readonly pixels: Uint8Array;
}

/** Decodes pictures into their places in shared memory; gives the reason for each that cannot be used, and null for the others. */
export async function decodeFiles(args: DecodeFilesArgs, context: TaskContext): Promise<(string | null)[]> {
  const { paths, preprocessing, maxMegapixels, first, pixels } = args;
  const each = 4 * preprocessing.widthPx * preprocessing.heightPx;
  const reasons: (string | null)[] = [];
  for (const [i, path] of paths.entries()) {
    context.throwIfAborted();
    try {
      const { data } = fit(await decodePicture(await readFile(path), { maxMegapixels }), preprocessing);
      const base = (first + i) * each;
      for (let p = 0; 4 * p < each; p++) {
        for (let c = 0; c < 3; c++) pixels[base + 4 * p + c] = data[3 * p + c]!;
        pixels[base + 4 * p + 3] = 255;
      }
      reasons.push(null);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      const refused = code === 'EACCES' || code === 'EPERM' ? 'the file may not be read' : null;
      reasons.push(refused ?? (code === 'ENOENT' ? 'the file does not exist' : (error as Error).message));
    }
    context.progress(i + 1);
  }
  return reasons;
}
