import { largest, logSumExp } from '../generation/sample.js';
import type { LanguageModel } from '../model/languageModel.js';
import type { TextInput } from '../model/options.js';
import type { PointClamp } from '../points/clamp.js';
import { logitsFromStream } from './between.js';
import { rowOf } from './rows.js';

/** Logits are computed for so many numbers at once. */
const AT_ONCE = 1 << 23;

/** What one stream says at one position. */
export interface LensCell {
  readonly top: readonly { readonly id: number; readonly logprob: number }[];
  /** Of the token that comes next in the text; null at its end. */
  readonly nextLogprob: number | null;
}

/** A logit lens: cells by stream, from that before the first block on, and by position from `from`. */
export interface LogitLens {
  readonly ids: readonly number[];
  readonly from: number;
  readonly streams: readonly string[];
  readonly cells: readonly (readonly LensCell[])[];
}

/** Options of {@link logitLens}. */
export interface LensOptions {
  /** How many tokens a cell names; default 5. */
  readonly top?: number;
  /** Clamps that hold while the streams are read. */
  readonly clamps?: readonly PointClamp[];
  /** First position, and the one behind the last; default: the whole text. */
  readonly from?: number;
  readonly to?: number;
  readonly signal?: AbortSignal;
}

/**
 * The logit lens: what the model would say if it ended after each block, log softmax(W_U · norm(x_L)). Nothing is adjusted: early streams are
 * read with the last normalization, which was not trained for them. The logits of many positions are never held at once.
 *
 * Source: nostalgebraist, interpreting GPT: the logit lens (2020).
 *
 * @example
 * const { streams, cells } = await logitLens(model, 'Once upon a');
 * cells.at(-1)!.at(-1)!.top[0]; // the model's own prediction
 */
export async function logitLens(model: LanguageModel, text: TextInput, options: LensOptions = {}): Promise<LogitLens> {
  const { top = 5, clamps = [], from = 0, to = Number.POSITIVE_INFINITY, signal } = options;
  const streams = ['resid_pre.0', ...Array.from({ length: model.anatomy.layers }, (_, layer) => `resid_post.${layer}`)];
  const { ids, points } = await model.run(text, { taps: streams, clamps, logits: false });
  const end = Math.min(to, ids.length);
  const step = Math.max(1, Math.floor(AT_ONCE / model.anatomy.vocabulary));
  const cells: LensCell[][] = [];
  for (const name of streams) {
    const { axes, dims, data } = points[name]!;
    const width = dims[1]!;
    const row: LensCell[] = [];
    for (let first = from; first < end; first += step) {
      signal?.throwIfAborted();
      const last = Math.min(end, first + step);
      const part = { axes, dims: [last - first, width], data: data.slice(first * width, last * width) };
      const logits = await logitsFromStream(model, ids.slice(first, last), part);
      for (let p = first; p < last; p++) row.push(cellOf(rowOf(logits, p - first), ids[p + 1], top));
    }
    cells.push(row);
  }
  return { ids, from, streams, cells };
}

function cellOf(row: Float32Array, next: number | undefined, top: number): LensCell {
  const total = logSumExp(row);
  return {
    top: largest(row, Math.min(top, row.length)).map((id) => ({ id, logprob: row[id]! - total })),
    nextLogprob: next === undefined ? null : row[next]! - total,
  };
}
