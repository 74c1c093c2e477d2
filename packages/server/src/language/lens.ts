import { type LanguageModel, largest, logitsFromStream, logSumExp, type PointClamp } from '@incognita/language';
import type { LensAnswer, LikelyToken } from '@incognita/workspace';

/** Logits are computed for so many numbers at once. */
const AT_ONCE = 1 << 23;
const TOP = 3;

/**
 * The logit lens: final normalization and unembedding applied to the stream before the first block and after each, unadjusted.
 *
 * Source: nostalgebraist, interpreting GPT: the logit lens (2020).
 */
export async function lensOf(
  model: LanguageModel,
  ids: readonly number[],
  clamps: readonly PointClamp[],
  { from, to }: { readonly from: number; readonly to: number },
  signal: AbortSignal,
): Promise<LensAnswer> {
  const names = ['resid_pre.0', ...Array.from({ length: model.anatomy.layers }, (_, i) => `resid_post.${i}`)];
  const { points } = await model.run(ids, { taps: names, clamps, logits: false });
  const end = Math.min(to, ids.length);
  const rows: { point: string; top: LikelyToken[][] }[] = [];
  for (const point of names) {
    const stream = points[point]!;
    const width = stream.dims[1]!;
    const step = Math.max(1, Math.floor(AT_ONCE / model.anatomy.vocabulary));
    const top: LikelyToken[][] = [];
    for (let first = from; first < end; first += step) {
      signal.throwIfAborted();
      const last = Math.min(end, first + step);
      const part = { ...stream, dims: [last - first, width], data: stream.data.slice(first * width, last * width) };
      const { data } = await logitsFromStream(model, ids.slice(first, last), part);
      for (let row = 0; row < last - first; row++)
        top.push(likely(model, data.subarray((row * data.length) / (last - first), ((row + 1) * data.length) / (last - first))));
    }
    rows.push({ point, top });
  }
  return { from, rows };
}

/** The most probable tokens of a row of logits. */
function likely(model: LanguageModel, logits: Float32Array): LikelyToken[] {
  const total = logSumExp(logits);
  return largest(logits, Math.min(TOP, logits.length)).map((id) => ({
    id,
    label: labelOf(model, id),
    probability: Math.exp(logits[id]! - total),
  }));
}

/** A token for people. */
export function labelOf({ tokenizer }: LanguageModel, id: number): string {
  return tokenizer?.label(id) ?? `[${id}]`;
}
