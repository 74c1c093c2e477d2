import { createHash } from 'node:crypto';
import {
  type ClassifierData,
  emojiData,
  filePictures,
  type LabelledPictures,
  networkNamed,
  selectPictures,
  shareOfClasses,
} from '@incognita/learn';
import type { WorkerPool } from '@incognita/runtime';
import { scanPictures } from '@incognita/workspace';
import type { Progress } from '../progress.js';
import { emojiName } from '../sources/emojiName.js';
import { picturesName } from '../sources/namedPictures.js';
import { ASKED_DEFAULTS, type Asked } from './asked.js';

/** Reads the data that a user named: the emoji world, one group of it, or a folder of labelled pictures. */
export async function loadTrainingData(
  data: string,
  network: string,
  options: Partial<Asked>,
  { pool, signal, progress }: { readonly pool: WorkerPool; readonly signal: AbortSignal; readonly progress: Progress },
): Promise<ClassifierData> {
  // An eighth more than the network sees, so that turning and shrinking do not blur.
  const sidePx = Math.round((networkNamed(network).sidePx * 9) / 8);
  const common = {
    ...{ pool, signal, sidePx },
    onProgress: (done: number, total: number) => progress.report({ label: 'pictures', done, total }),
  };
  const { holdout, maxMegapixels, seed, share } = { ...ASKED_DEFAULTS, ...options };
  const emoji = emojiName(data);
  if (emoji) return withShare(await emojiData({ ...common, ...(emoji.group !== null && { group: emoji.group }) }), share, seed);
  const { pictures } = await scanPictures(data);
  const all = await filePictures(pictures, { ...common, name: picturesName(data), holdOut: holdout, maxMegapixels, seed });
  return withShare(all, share, seed);
}

/** The data with a share of the training pictures of each class; measured on the same held-out pictures. */
export function withShare(data: ClassifierData, share: number | undefined, seed: number): ClassifierData {
  if (share === undefined || share === 1) return data;
  const training = selectPictures(data.training, shareOfClasses(data.training.labels, share, seed));
  const taken = training.labels.length.toLocaleString('en-US');
  return {
    ...data,
    training,
    description: `${data.description} Learnt from ${taken} of them, a share of ${share} of each class.`,
  };
}

/** SHA-256 over everything that a network gets to see and to name. */
export function fingerprint({ classNames, training, validation }: ClassifierData): string {
  const hash = createHash('sha256').update(JSON.stringify(classNames));
  for (const { pixels, labels, styles } of [training, validation].filter((part): part is LabelledPictures => part !== null))
    for (const array of [pixels, labels, styles]) hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return hash.digest('hex');
}
