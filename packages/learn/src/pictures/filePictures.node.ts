import type { WorkerPool } from '@incognita/runtime';
import type { ClassifierData } from '../classifier/classifierData.js';
import type { DecodeFilesArgs } from './decodeFiles.task.node.js';
import { learntPreprocessing } from './learntPreprocessing.js';
import type { LabelledPictures } from './pictureBatches.task.js';
import { selectPictures, splitByClass } from './splitPictures.js';

const task = { module: new URL('../../dist/pictures/decodeFiles.task.node.js', import.meta.url).href, export: 'decodeFiles' };
const PER_TASK = 32;

/** A picture on disk. */
export interface PictureFile {
  readonly path: string;
  /** As it is called in messages. */
  readonly file: string;
  readonly label: string | null;
}

/** Options of {@link filePictures}. */
export interface FilePictureOptions {
  /** What the data are called. */
  readonly name: string;
  readonly pool: WorkerPool;
  /** Side at which pictures are kept; a little more than the network's leaves room for augmentation. */
  readonly sidePx: number;
  /** Share of each class to hold out. */
  readonly holdOut: number;
  readonly seed: number;
  /** Larger pictures are skipped; default 50. */
  readonly maxMegapixels?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Reads labelled pictures from disk, decoded in workers and kept in shared memory. What cannot be used is skipped and named; a class of one
 * picture has nothing held out and is named in `warnings`.
 *
 * @throws RangeError where no picture has a label, or all have the same.
 * @example
 * const { pictures } = await scanPictures('birds');
 * const data = await filePictures(pictures, { name: 'birds', pool, sidePx: 72, holdOut: 0.1, seed: 1 });
 */
export async function filePictures(files: readonly PictureFile[], options: FilePictureOptions): Promise<ClassifierData> {
  const { name, pool, sidePx, holdOut, seed, maxMegapixels = 50, signal, onProgress } = options;
  const labelled = files.filter(({ label }) => label !== null);
  if (labelled.length === 0)
    throw new RangeError(
      `The pictures of ${name} have no labels. Put those of each class into a folder of its own, or write labels.csv with the columns "file" and "label".`,
    );
  const pixels = new Uint8Array(new SharedArrayBuffer(labelled.length * 4 * sidePx * sidePx));
  const starts = Array.from({ length: Math.ceil(labelled.length / PER_TASK) }, (_, i) => i * PER_TASK);
  const common = { preprocessing: learntPreprocessing(sidePx), maxMegapixels, pixels };
  let done = 0;
  const reasons = (
    await Promise.all(
      starts.map((first) => {
        const paths = labelled.slice(first, first + PER_TASK).map(({ path }) => path);
        return pool.run<DecodeFilesArgs, (string | null)[]>(
          task,
          { ...common, paths, first },
          { ...(signal && { signal }), onProgress: () => onProgress?.(++done, labelled.length) },
        );
      }),
    )
  ).flat();
  const usable = labelled.map((_, i) => i).filter((i) => reasons[i] === null);
  const classNames = [...new Set(usable.map((i) => labelled[i]!.label!))].sort();
  if (classNames.length < 2)
    throw new RangeError(
      `A classifier needs at least two classes, but ${name} has ${classNames.length === 0 ? 'no picture that can be used' : `only "${classNames[0]}"`}.`,
    );
  const numbers = new Map(classNames.map((label, i) => [label, i]));
  const decoded: LabelledPictures = {
    pixels,
    sidePx,
    labels: Int32Array.from(labelled, ({ label }) => numbers.get(label!) ?? -1),
    styles: new Int32Array(labelled.length),
  };
  const { training, heldOut, single } = splitByClass(
    usable.map((i) => decoded.labels[i]!),
    holdOut,
    seed,
  );
  const select = (chosen: readonly number[]): LabelledPictures =>
    selectPictures(
      decoded,
      chosen.map((i) => usable[i]!),
    );
  return {
    name,
    description: `${usable.length} pictures of ${classNames.length} classes from the folder ${name}.`,
    heldOut: `${Math.round(100 * holdOut)} % of each class, chosen at random by the seed`,
    licences: [],
    classNames,
    training: select(training),
    validation: heldOut.length === 0 ? null : select(heldOut),
    skipped: [
      ...labelled.flatMap(({ file }, i) => (reasons[i] === null ? [] : [{ file, reason: reasons[i]! }])),
      ...files.filter(({ label }) => label === null).map(({ file }) => ({ file, reason: 'it has no label' })),
    ],
    warnings: single.map((label) => `The class "${classNames[label]}" has one picture: it is learnt from, and none is held out.`),
  };
}
