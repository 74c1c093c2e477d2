import { largest, logSumExp } from '../generation/sample.js';
import type { LanguageModel } from '../model/languageModel.js';
import type { TextInput } from '../model/options.js';
import { logitsFromStream } from './between.js';
import { rowOf } from './rows.js';

/** What one stream says at one position. */
export interface LensCell {
  readonly top: readonly { readonly id: number; readonly logprob: number }[];
  /** Of the token that comes next in the text; null at its end. */
  readonly nextLogprob: number | null;
}

/** A logit lens: cells by stream, from the embeddings on, and by position. */
export interface LogitLens {
  readonly ids: readonly number[];
  readonly streams: readonly string[];
  readonly cells: readonly (readonly LensCell[])[];
}

/**
 * The logit lens: what the model would say if it ended after each block, log softmax(W_U · norm(x_L)). Nothing is adjusted: early streams are
 * read with the last normalization, which was not trained for them.
 *
 * Source: nostalgebraist, interpreting GPT: the logit lens (2020).
 *
 * @example
 * const { streams, cells } = await logitLens(model, 'Once upon a');
 * cells.at(-1)!.at(-1)!.top[0]; // the model's own prediction
 */
export async function logitLens(model: LanguageModel, text: TextInput, { top = 5 } = {}): Promise<LogitLens> {
  const streams = ['embeddings', ...Array.from({ length: model.anatomy.layers }, (_, layer) => `resid_post.${layer}`)];
  const { ids, points } = await model.run(text, { taps: streams, logits: false });
  const cells: LensCell[][] = [];
  for (const name of streams) {
    const logits = await logitsFromStream(model, ids, points[name]!);
    cells.push(
      ids.map((_, p): LensCell => {
        const row = rowOf(logits, p);
        const total = logSumExp(row);
        const next = ids[p + 1];
        return {
          top: largest(row, top).map((id) => ({ id, logprob: row[id]! - total })),
          nextLogprob: next === undefined ? null : row[next]! - total,
        };
      }),
    );
  }
  return { ids, streams, cells };
}
