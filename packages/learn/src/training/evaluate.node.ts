import type { Model } from '@incognita/onnx';
import { loadModelSource, type SessionSource, sessionSource, type TaskRef, type WorkerPool } from '@incognita/runtime';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import { type Accuracy, accuracyOf } from './ranking.js';
import type { ScoreArgs, Scored } from './score.task.node.js';

const task: TaskRef = {
  module: new URL('../../dist/training/score.task.node.js', import.meta.url).href,
  export: 'scorePictures',
};
const PER_TASK = 256;

/** How well a network names pictures, and how sure it is of their labels. */
export interface Evaluation extends Accuracy {
  /** Mean cross-entropy in nats, without label smoothing. */
  readonly loss: number;
}

/**
 * Classifies pictures as they are (on white, unchanged) with a model from `input` [n, 3, side, side] of −1…1 to `output` [n, classes].
 *
 * @example const { top1, top5 } = await evaluate(exportNetwork(network, values), pictures, { pool, sidePx: 64 });
 */
export async function evaluate(
  model: Model,
  pictures: LabelledPictures,
  { pool, sidePx }: { readonly pool: WorkerPool; readonly sidePx: number },
): Promise<Evaluation> {
  const session: SessionSource = sessionSource(await loadModelSource(model));
  const count = pictures.labels.length;
  const starts = Array.from({ length: Math.ceil(count / PER_TASK) }, (_, i) => i * PER_TASK);
  const parts = await Promise.all(
    starts.map((from) =>
      pool.run<ScoreArgs, Scored>(task, {
        session,
        pictures,
        sidePx,
        from,
        to: Math.min(count, from + PER_TASK),
      }),
    ),
  );
  pool.drop(session.key);
  const losses = parts.flatMap((part) => Array.from(part.losses));
  return { ...accuracyOf(parts), loss: losses.reduce((a, b) => a + b, 0) / Math.max(1, count) };
}
