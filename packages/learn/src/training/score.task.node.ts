import { type SessionSource, type TaskContext, tensor } from '@incognita/runtime';
import { drawPlain } from '../pictures/drawPlain.js';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import { crossEntropies } from './crossEntropy.js';
import { type Ranking, rankScores } from './ranking.js';

/** Arguments of {@link scorePictures}. */
export interface ScoreArgs {
  readonly session: SessionSource;
  readonly pictures: LabelledPictures;
  readonly sidePx: number;
  /** Which pictures: [from, to). */
  readonly from: number;
  readonly to: number;
}

/** Ranks and losses of some pictures, in their order. */
export interface Scored extends Ranking {
  /** Cross-entropy of each picture's label in nats. */
  readonly losses: Float64Array;
}

const BATCH = 32;

/** Ranks the pictures [from, to) by a model's scores, and measures their losses. */
export async function scorePictures(
  { session: source, pictures, sidePx, from, to }: ScoreArgs,
  context: TaskContext,
): Promise<Scored> {
  const session = await context.openSession(source);
  const [ranks, guesses] = [new Int32Array(to - from), new Int32Array(to - from)];
  const losses = new Float64Array(to - from);
  const each = 3 * sidePx * sidePx;
  for (let start = from; start < to; start += BATCH) {
    const examples = Math.min(BATCH, to - start);
    const input = new Float32Array(examples * each);
    for (let e = 0; e < examples; e++) drawPlain(pictures, start + e, input, e * each, sidePx);
    const { output } = await session.run({ input: tensor('float32', [examples, 3, sidePx, sidePx], input) });
    const [scores, labels] = [output!.data as Float32Array, pictures.labels.subarray(start, start + examples)];
    const ranking = rankScores(scores, labels);
    ranks.set(ranking.ranks, start - from);
    guesses.set(ranking.guesses, start - from);
    losses.set(crossEntropies(scores, labels), start - from);
  }
  return { ranks, guesses, losses };
}
