import { readFile } from 'node:fs/promises';
import type { SessionSource, TaskContext, Tensor } from '@incognita/runtime';
import { decodePicture, inputDims, type Preprocessing, preprocess } from '@incognita/vision';

/** A network up to one tensor, and how it takes pictures. */
export interface PictureReader {
  readonly session: SessionSource;
  readonly input: string;
  /** The tensor to read. */
  readonly tensor: string;
  readonly preprocessing: Preprocessing;
  /** Pictures in one run; what is missing in the last one is filled with zeros. */
  readonly batch: number;
  readonly maxMegapixels: number;
}

/** Arguments of the tasks. */
export interface ForwardFilesArgs extends PictureReader {
  readonly paths: readonly string[];
}

/** A row of numbers for every file, zeros for one that cannot be read, and why it cannot. */
export interface FileRows {
  /** [files, width]. */
  readonly rows: Float32Array;
  /** Of a layer: the position in row-major order at which each channel is strongest; [files, width]. */
  readonly positions: Int32Array | null;
  readonly reasons: readonly (string | null)[];
}

/** Worker task: the whole tensor of every picture, such as the class scores. */
export async function readWhole(args: ForwardFilesArgs, context: TaskContext): Promise<FileRows> {
  const { batches, reasons } = await forward(args, context);
  const width = sizeOf(batches[0]!);
  const rows = new Float32Array(args.paths.length * width);
  for (const [b, { data }] of batches.entries())
    rows.set(
      (data as Float32Array).subarray(0, Math.min(args.batch, args.paths.length - b * args.batch) * width),
      b * args.batch * width,
    );
  return context.transfer([rows.buffer], { rows, positions: null, reasons });
}

/** Worker task: the largest value of every channel of a layer [n, channels, …] in every picture, and where it is. */
export async function readMaxima(args: ForwardFilesArgs, context: TaskContext): Promise<FileRows> {
  const { batches, reasons } = await forward(args, context);
  const channels = batches[0]!.dims[1]!;
  const each = sizeOf(batches[0]!) / channels;
  const rows = new Float32Array(args.paths.length * channels);
  const positions = new Int32Array(args.paths.length * channels);
  for (let at = 0; at < rows.length; at++) {
    const file = Math.floor(at / channels);
    const data = batches[Math.floor(file / args.batch)]!.data as Float32Array;
    const from = ((file % args.batch) * channels + (at % channels)) * each;
    let best = 0;
    for (let p = 1; p < each; p++) if (data[from + p]! > data[from + best]!) best = p;
    rows[at] = data[from + best]!;
    positions[at] = best;
  }
  return context.transfer([rows.buffer, positions.buffer], { rows, positions, reasons });
}

/** Numbers of one picture. */
function sizeOf({ dims }: Tensor): number {
  return dims.slice(1).reduce((a, b) => a * b, 1);
}

async function forward(
  { session: source, input, tensor, preprocessing, batch, maxMegapixels, paths }: ForwardFilesArgs,
  context: TaskContext,
): Promise<{ batches: Tensor[]; reasons: (string | null)[] }> {
  const session = await context.openSession(source);
  const dims = inputDims(preprocessing, batch);
  const each = dims.slice(1).reduce((a, b) => a * b, 1);
  const batches: Tensor[] = [];
  const reasons: (string | null)[] = [];
  for (let from = 0; from < paths.length; from += batch) {
    context.throwIfAborted();
    const data = new Float32Array(batch * each);
    for (const [i, path] of paths.slice(from, from + batch).entries()) {
      try {
        const picture = await decodePicture(await readFile(path), { maxMegapixels });
        data.set(preprocess(picture, preprocessing).input, i * each);
        reasons.push(null);
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        reasons.push(code === 'ENOENT' ? 'the file does not exist' : code === 'EISDIR' ? 'it is a folder' : message);
      }
      context.progress(1);
    }
    batches.push((await session.run({ [input]: { dtype: 'float32', dims, data } }, [tensor]))[tensor]!);
  }
  return { batches, reasons };
}
