import type { SessionSource, TaskContext } from '@incognita/runtime';
import type { LinearClassifier } from '../../network/perceptron.js';
import { type Ranking, rankScores } from '../../training/ranking.js';
import type { Features } from '../features.js';
import { products, rowsWithOne } from './products.js';
import { type SvmOptions, solveSvm } from './solveSvm.js';

/** Arguments of {@link gramBlock}. Ranges are [from, to). */
export interface GramBlockArgs {
  readonly session: SessionSource;
  readonly features: Features;
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
  /** [n, n] in shared memory. */
  readonly gram: Float32Array;
}

/** Writes the products of some examples with some others, both ways round. */
export async function gramBlock(
  { session: source, features, rows, columns, gram }: GramBlockArgs,
  context: TaskContext,
): Promise<void> {
  const session = await context.openSession(source);
  const [left, right] = [rowsWithOne(features, ...rows), rowsWithOne(features, ...columns)];
  const block = await products(session, left, right, features.dims + 1);
  const width = columns[1] - columns[0];
  for (let i = rows[0]; i < rows[1]; i++)
    for (let j = columns[0]; j < columns[1]; j++) {
      const product = block[(i - rows[0]) * width + j - columns[0]]!;
      gram[i * features.count + j] = product;
      gram[j * features.count + i] = product;
    }
}

/** Arguments of {@link solveClasses}. */
export interface SolveClassesArgs {
  readonly gram: Float32Array;
  readonly features: Features;
  readonly labels: Int32Array;
  /** The classes of this task. */
  readonly classes: readonly number[];
  readonly options: SvmOptions;
  /** [all classes, dims + 1] in shared memory. */
  readonly weights: Float32Array;
}

/** Finds the machines that tell classes from all others, and writes their weights. Returns the largest gap of duality, as a share of the primal. */
export function solveClasses(
  { gram, features, labels, classes, options, weights }: SolveClassesArgs,
  context: TaskContext,
): number {
  const { dims, data } = features;
  let gap = 0;
  for (const [done, c] of classes.entries()) {
    context.throwIfAborted();
    const signs = Int8Array.from(labels, (label) => (label === c ? 1 : -1));
    const { alphas, primal, dual } = solveSvm(gram, signs, options);
    gap = Math.max(gap, (primal - dual) / primal);
    const row = new Float64Array(dims + 1);
    for (const [e, alpha] of alphas.entries()) {
      if (alpha === 0) continue;
      const factor = alpha * signs[e]!;
      for (let i = 0, at = e * dims; i < dims; i++) row[i]! += factor * data[at + i]!;
      row[dims]! += factor;
    }
    weights.set(row, c * (dims + 1));
    context.progress(done + 1);
  }
  return gap;
}

/** Arguments of {@link rankFeatures}. */
export interface RankFeaturesArgs {
  readonly session: SessionSource;
  readonly classifier: LinearClassifier;
  readonly features: Features;
  readonly labels: Int32Array;
  readonly from: number;
  readonly to: number;
}

const CLASSES_AT_ONCE = 512;

/** Ranks the labels of examples [from, to) by a linear classifier's scores. */
export async function rankFeatures(
  { session: source, classifier: { classes, weights }, features, labels, from, to }: RankFeaturesArgs,
  context: TaskContext,
): Promise<Ranking> {
  const session = await context.openSession(source);
  const length = features.dims + 1;
  const examples = rowsWithOne(features, from, to);
  const scores = new Float32Array((to - from) * classes);
  for (let first = 0; first < classes; first += CLASSES_AT_ONCE) {
    const last = Math.min(classes, first + CLASSES_AT_ONCE);
    const block = await products(session, examples, weights.slice(first * length, last * length), length);
    for (let e = 0; e < to - from; e++)
      scores.set(block.subarray(e * (last - first), (e + 1) * (last - first)), e * classes + first);
  }
  return rankScores(scores, labels.subarray(from, to));
}
