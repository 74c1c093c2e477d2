import { loadModelSource, type RunTaskOptions, sessionSource, type TaskRef, type WorkerPool } from '@incognita/runtime';
import type { LinearClassifier } from '../../network/perceptron.js';
import { type Accuracy, accuracyOf, type Ranking } from '../../training/ranking.js';
import { type Features, sharedFeatures } from '../features.js';
import { productModel } from './products.js';
import type { SvmOptions } from './solveSvm.js';
import type { GramBlockArgs, RankFeaturesArgs, SolveClassesArgs } from './svm.task.js';

/** Options of {@link trainLinearSvm}. */
export interface LinearSvmOptions extends Partial<SvmOptions> {
  readonly pool: WorkerPool;
  /** [count] of the features. */
  readonly labels: Int32Array;
  readonly classes: number;
  readonly signal?: AbortSignal;
  /** Called as classes are done, with how many of all that have examples. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** A linear classifier of features, and how near to the optimum it is. */
export interface LinearSvm extends LinearClassifier {
  /** Largest gap between primal and dual of a class, as a share of the primal. */
  readonly gap: number;
}

const task = (name: string): TaskRef => ({
  module: new URL('../../../dist/handmade/svm/svm.task.js', import.meta.url).href,
  export: name,
});
const BLOCK = 512;
const CLASSES_PER_TASK = 16;
const MOST_EXAMPLES = 2 ** 14;

/**
 * Trains one linear support vector machine a class against all others, exactly, in workers. Defaults: cost 1, positiveCost 10, tolerance 0.01.
 * Classes without examples get weights of zero and a bias of −1, so that they rank behind what looks like a class.
 *
 * It holds the products of all pairs of examples: 4 n² bytes.
 *
 * @throws RangeError for more than 16,384 examples.
 * @example
 * const svm = await trainLinearSvm(features, { labels: pictures.labels, classes: 1914, pool });
 */
export async function trainLinearSvm(given: Features, options: LinearSvmOptions): Promise<LinearSvm> {
  const { pool, labels, classes, signal, onProgress, cost = 1, positiveCost = 10, tolerance = 0.01 } = options;
  const { count, dims } = given;
  if (labels.length !== count) throw new RangeError(`There are ${labels.length} labels for ${count} examples.`);
  if (count > MOST_EXAMPLES)
    throw new RangeError(`${count} examples are more than ${MOST_EXAMPLES}, whose products fill 1 GiB; train on fewer.`);
  const wrong = labels.find((label) => label < 0 || label >= classes);
  if (wrong !== undefined) throw new RangeError(`A label is ${wrong}, with ${classes} classes; labels count from 0.`);
  const features = sharedFeatures(given);
  const gram = new Float32Array(new SharedArrayBuffer(4 * count * count));
  const session = sessionSource(await loadModelSource(productModel()));
  const ranges = rangesOf(count, BLOCK);
  const blocks = ranges.flatMap((rows, i) => ranges.slice(i).map((columns) => ({ rows, columns })));
  const cancel: RunTaskOptions = signal ? { signal } : {};
  await Promise.all(
    blocks.map((block) => pool.run<GramBlockArgs, void>(task('gramBlock'), { session, features, gram, ...block }, cancel)),
  );
  pool.drop(session.key);
  const weights = new Float32Array(new SharedArrayBuffer(4 * classes * (dims + 1)));
  for (let c = 0; c < classes; c++) weights[c * (dims + 1) + dims] = -1;
  const present = [...new Set(labels)].sort((a, b) => a - b);
  let done = 0;
  const gaps = await Promise.all(
    rangesOf(present.length, CLASSES_PER_TASK).map(([from, to]) =>
      pool.run<SolveClassesArgs, number>(
        task('solveClasses'),
        { gram, features, labels, classes: present.slice(from, to), options: { cost, positiveCost, tolerance }, weights },
        { ...cancel, onProgress: () => onProgress?.(++done, present.length) },
      ),
    ),
  );
  return { classes, features: dims, weights, gap: Math.max(0, ...gaps) };
}

/**
 * How well a linear classifier — the machines above, or a perceptron — names examples.
 *
 * @example const { top1, top5 } = await evaluateLinear(svm, features, { labels: pictures.labels, pool });
 */
export async function evaluateLinear(
  classifier: LinearClassifier,
  given: Features,
  { pool, labels }: { readonly pool: WorkerPool; readonly labels: Int32Array },
): Promise<Accuracy> {
  if (classifier.features !== given.dims)
    throw new RangeError(`The classifier was trained on ${classifier.features} features, and these are ${given.dims}.`);
  const features = sharedFeatures(given);
  const session = sessionSource(await loadModelSource(productModel()));
  const shared: LinearClassifier = {
    classes: classifier.classes,
    features: classifier.features,
    weights: sharedFeatures({ count: 1, dims: classifier.weights.length, data: classifier.weights }).data,
  };
  const parts = await Promise.all(
    rangesOf(features.count, BLOCK).map(([from, to]) =>
      pool.run<RankFeaturesArgs, Ranking>(task('rankFeatures'), { session, classifier: shared, features, labels, from, to }),
    ),
  );
  pool.drop(session.key);
  return accuracyOf(parts);
}

function rangesOf(count: number, each: number): [number, number][] {
  return Array.from({ length: Math.ceil(count / each) }, (_, i) => [i * each, Math.min(count, (i + 1) * each)]);
}
