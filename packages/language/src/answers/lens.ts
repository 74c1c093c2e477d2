import { logitLens } from '../analysis/logitLens.js';
import type { LanguageModel } from '../model/languageModel.js';
import { readClamps } from './clampLines.js';
import { labelOf } from './label.js';
import type { Likely, TextQuestion } from './requests.js';

const TOP = 3;

/** A logit lens with tokens for people: `rows[layer].top[position - from]`. */
export interface Lens {
  readonly from: number;
  readonly rows: readonly { readonly point: string; readonly top: readonly (readonly Likely[])[] }[];
}

/** The logit lens of some positions; see {@link logitLens}. */
export async function lensOf(
  model: LanguageModel,
  { ids, clamps, from, to }: TextQuestion & { readonly from: number; readonly to: number },
  signal?: AbortSignal,
): Promise<Lens> {
  const ready = await readClamps(model, clamps, ids);
  const options = { top: TOP, clamps: ready, from, to, ...(signal === undefined ? {} : { signal }) };
  const { streams, cells } = await logitLens(model, ids, options);
  const rows = streams.map((point, row) => ({
    point,
    top: cells[row]!.map(({ top }) =>
      top.map(({ id, logprob }) => ({ id, label: labelOf(model, id), probability: Math.exp(logprob) })),
    ),
  }));
  return { from, rows };
}
