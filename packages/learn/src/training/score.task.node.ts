import { createRandom, type SessionSource, type TaskContext, tensor } from '@incognita/runtime';
import { drawAugmented, NO_AUGMENTATION } from '../pictures/augment.js';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';

/** Arguments of {@link scorePictures}. */
export interface ScoreArgs {
  readonly session: SessionSource;
  readonly pictures: LabelledPictures;
  readonly sidePx: number;
  /** Which pictures: [from, to). */
  readonly from: number;
  readonly to: number;
}

const BATCH = 32;

/** The rank of each picture's label among a model's scores, and the highest class. Equal scores rank before the label's. */
export async function scorePictures(
  { session: source, pictures, sidePx, from, to }: ScoreArgs,
  context: TaskContext,
): Promise<{ ranks: Int32Array; guesses: Int32Array }> {
  const session = await context.openSession(source);
  const [ranks, guesses] = [new Int32Array(to - from), new Int32Array(to - from)];
  const each = 3 * sidePx * sidePx;
  for (let start = from; start < to; start += BATCH) {
    const examples = Math.min(BATCH, to - start);
    const input = new Float32Array(examples * each);
    for (let e = 0; e < examples; e++) {
      const source = { pixels: pictures.pixels, offset: 4 * (start + e) * pictures.sidePx ** 2, sidePx: pictures.sidePx };
      drawAugmented(source, NO_AUGMENTATION, createRandom(0), input, e * each, sidePx);
    }
    const { output } = await session.run({ input: tensor('float32', [examples, 3, sidePx, sidePx], input) });
    const classes = output!.dims[1]!;
    for (let e = 0; e < examples; e++) {
      const scores = (output!.data as Float32Array).subarray(e * classes, (e + 1) * classes);
      const label = pictures.labels[start + e]!;
      const own = scores[label]!;
      guesses[start - from + e] = scores.indexOf(Math.max(...scores));
      ranks[start - from + e] = scores.reduce((rank, score, c) => rank + (c !== label && score >= own ? 1 : 0), 0);
    }
  }
  return { ranks, guesses };
}
