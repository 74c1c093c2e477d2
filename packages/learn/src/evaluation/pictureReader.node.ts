import { cut, imageInput } from '@incognita/onnx';
import { type ModelSource, sessionSource, type WorkerPool } from '@incognita/runtime';
import type { Preprocessing } from '@incognita/vision';
import type { FileRows, ForwardFilesArgs, PictureReader } from './forwardFiles.task.node.js';

const PER_TASK = 64;
const BATCH = 8;

/** Options of {@link pictureReader}. */
export interface PictureReaderOptions {
  readonly preprocessing: Preprocessing;
  /** Larger pictures are not read; default 50. */
  readonly maxMegapixels?: number;
}

/**
 * The network up to one of its tensors, ready to read pictures.
 *
 * @throws NotAnImageModelError where its input is no picture.
 * @example const reader = pictureReader(source, 'output', { preprocessing: resolvePreprocessing(source.model) });
 */
export function pictureReader(
  source: ModelSource,
  tensor: string,
  { preprocessing, maxMegapixels = 50 }: PictureReaderOptions,
): PictureReader {
  const { name: input, batch } = imageInput(source.model);
  const session = sessionSource(source, cut(source.model, { outputs: [tensor] }));
  return { session, input, tensor, preprocessing, maxMegapixels, batch: batch ?? BATCH };
}

/** Options of {@link readFiles}. */
export interface ReadFilesOptions {
  readonly pool: WorkerPool;
  /** `whole`: every number of the tensor. `maxima`: the largest of each channel, and where it is. */
  readonly read: 'whole' | 'maxima';
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Runs picture files through a network in workers, a row of numbers for each. What cannot be read has zeros, and the reason.
 *
 * @example const { rows: scores, reasons } = await readFiles(reader, ['cat.jpg'], { pool, read: 'whole' });
 */
export async function readFiles(
  reader: PictureReader,
  paths: readonly string[],
  { pool, read, signal, onProgress }: ReadFilesOptions,
): Promise<FileRows> {
  const task = {
    module: new URL('../../dist/evaluation/forwardFiles.task.node.js', import.meta.url).href,
    export: read === 'whole' ? 'readWhole' : 'readMaxima',
  };
  const starts = Array.from({ length: Math.ceil(paths.length / PER_TASK) }, (_, i) => i * PER_TASK);
  let done = 0;
  const parts = await Promise.all(
    starts.map((from) =>
      pool.run<ForwardFilesArgs, FileRows>(
        task,
        { ...reader, paths: paths.slice(from, from + PER_TASK) },
        { ...(signal && { signal }), onProgress: () => onProgress?.(++done, paths.length) },
      ),
    ),
  );
  pool.drop(reader.session.key);
  const whole = parts.every(({ positions }) => positions === null);
  return {
    rows: joined(
      Float32Array,
      parts.map((part) => part.rows),
    ),
    positions: whole
      ? null
      : joined(
          Int32Array,
          parts.map((part) => part.positions!),
        ),
    reasons: parts.flatMap((part) => part.reasons),
  };
}

function joined<T extends Float32Array | Int32Array>(type: new (length: number) => T, parts: readonly T[]): T {
  const all = new type(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
