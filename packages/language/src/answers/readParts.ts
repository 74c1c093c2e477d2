import type { LanguageModel } from '../model/languageModel.js';
import { readClamps } from './clampLines.js';
import type { PointPart, TextQuestion } from './requests.js';
import { type Slice, sliceOf } from './slice.js';

/** Runs a text once and reads parts of its points, by the names under which they were asked for. */
export async function readParts(
  model: LanguageModel,
  { ids, clamps, reads }: TextQuestion & { readonly reads: Readonly<Record<string, PointPart>> },
): Promise<Record<string, Slice>> {
  const taps = [...new Set(Object.values(reads).map(({ point }) => point))];
  const { points } = await model.run(ids, { taps, clamps: await readClamps(model, clamps, ids), logits: false });
  return Object.fromEntries(Object.entries(reads).map(([key, read]) => [key, sliceOf(points[read.point]!, read)]));
}
