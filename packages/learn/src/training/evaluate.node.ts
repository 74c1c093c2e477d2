import type { Model } from '@incognita/onnx';
import { loadModelSource, type SessionSource, sessionSource, type TaskRef, type WorkerPool } from '@incognita/runtime';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import type { ScoreArgs } from './score.task.node.js';

/** How well a classifier names pictures. */
export interface Accuracy {
  readonly pictures: number;
  /** Shares of the pictures whose label has the highest score, or one of the five highest. */
  readonly top1: number;
  readonly top5: number;
  /** Rank of each picture's label among the scores, from 0. */
  readonly ranks: Int32Array;
  /** The class that each picture is taken for. */
  readonly guesses: Int32Array;
}

const task: TaskRef = {
  module: new URL('../../dist/training/score.task.node.js', import.meta.url).href,
  export: 'scorePictures',
};
const PER_TASK = 256;

/**
 * Classifies pictures as they are (on white, unchanged) with a model from `input` [n, 3, side, side] of −1…1 to `output` [n, classes].
 *
 * @example const { top1, top5 } = await evaluate(exportNetwork(network, values), pictures, { pool, sidePx: 64 });
 */
export async function evaluate(
  model: Model,
  pictures: LabelledPictures,
  { pool, sidePx }: { readonly pool: WorkerPool; readonly sidePx: number },
): Promise<Accuracy> {
  const session: SessionSource = sessionSource(await loadModelSource(model));
  const count = pictures.labels.length;
  const starts = Array.from({ length: Math.ceil(count / PER_TASK) }, (_, i) => i * PER_TASK);
  const parts = await Promise.all(
    starts.map((from) =>
      pool.run<ScoreArgs, { ranks: Int32Array; guesses: Int32Array }>(task, {
        session,
        pictures,
        sidePx,
        from,
        to: Math.min(count, from + PER_TASK),
      }),
    ),
  );
  pool.drop(session.key);
  const ranks = Int32Array.from(parts.flatMap((part) => Array.from(part.ranks)));
  const within = (most: number): number => ranks.reduce((sum, rank) => sum + (rank < most ? 1 : 0), 0) / Math.max(1, count);
  return {
    pictures: count,
    top1: within(1),
    top5: within(5),
    ranks,
    guesses: Int32Array.from(parts.flatMap((part) => Array.from(part.guesses))),
  };
}
