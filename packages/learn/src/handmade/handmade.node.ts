import type { RunTaskOptions, TaskRef, WorkerPool } from '@incognita/runtime';
import type { LinearClassifier } from '../network/perceptron.js';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import type { Accuracy } from '../training/ranking.js';
import type { HandmadeEncoder, LearnEncoderOptions } from './encoder.js';
import { emptyFeatures, type Features } from './features.js';
import type { EncodeArgs, LearnArgs } from './handmade.task.js';
import type { HandmadeRecipe } from './recipe.js';
import { evaluateLinear } from './svm/trainLinearSvm.node.js';

const task = (name: string): TaskRef => ({
  module: new URL('../../dist/handmade/handmade.task.js', import.meta.url).href,
  export: name,
});
const PER_TASK = 32;

/** Where the work is done, and who hears of it. */
export interface HandmadeWork {
  readonly pool: WorkerPool;
  readonly signal?: AbortSignal;
  /** Called as pictures are done, with how many of all. */
  readonly onProgress?: (done: number, all: number) => void;
}

/**
 * Learns what a recipe needs (principal axes, vocabularies) from pictures without their labels, in workers, a part of the recipe each.
 *
 * @example
 * const encoder = await handmadeEncoder(training, FISHER_VECTORS, { seed: 1, pool });
 * const features = await handmadeFeatures(training, encoder, { pool });
 * const classifier = await trainLinearSvm(features, { labels: training.labels, classes, pool });
 * const { top1 } = await evaluateHandmade({ encoder, classifier }, heldOut, { pool });
 */
export async function handmadeEncoder(
  pictures: LabelledPictures,
  { sidePx, parts }: HandmadeRecipe,
  { pool, signal, ...options }: LearnEncoderOptions & Omit<HandmadeWork, 'onProgress'>,
): Promise<HandmadeEncoder> {
  const learnt = await Promise.all(
    parts.map((part) => {
      const args: LearnArgs = { pictures, recipe: { sidePx, parts: [part] }, options };
      return pool.run<LearnArgs, HandmadeEncoder>(task('learn'), args, signal ? { signal } : {});
    }),
  );
  return {
    sidePx,
    dims: learnt.reduce((sum, encoder) => sum + encoder.dims, 0),
    parts: learnt.flatMap((encoder) => encoder.parts),
  };
}

/** The features of pictures, in workers; the same on one as on many. */
export async function handmadeFeatures(
  pictures: LabelledPictures,
  encoder: HandmadeEncoder,
  { pool, signal, onProgress }: HandmadeWork,
): Promise<Features> {
  const count = pictures.labels.length;
  const features = emptyFeatures(count, encoder.dims);
  let done = 0;
  const options: RunTaskOptions = { ...(signal && { signal }), onProgress: () => onProgress?.(++done, count) };
  const starts = Array.from({ length: Math.ceil(count / PER_TASK) }, (_, i) => i * PER_TASK);
  await Promise.all(
    starts.map((from) => {
      const args: EncodeArgs = { pictures, encoder, from, to: Math.min(count, from + PER_TASK), features };
      return pool.run<EncodeArgs, void>(task('encode'), args, options);
    }),
  );
  return features;
}

/** How well hand-made features with a linear classifier name pictures; the same measure as a network's. */
export async function evaluateHandmade(
  { encoder, classifier }: { readonly encoder: HandmadeEncoder; readonly classifier: LinearClassifier },
  pictures: LabelledPictures,
  work: HandmadeWork,
): Promise<Accuracy> {
  const features = await handmadeFeatures(pictures, encoder, work);
  return evaluateLinear(classifier, features, { pool: work.pool, labels: pictures.labels });
}
