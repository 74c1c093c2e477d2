import type { LanguageModel } from '../model/languageModel.js';
import { readClamps } from './clampLines.js';
import type { PointPart, TextQuestion } from './requests.js';
import { partOf, type Slice } from './slice.js';

/** Runs a text once and reads parts of its points, by the names under which they were asked for. */
export async function readParts(
  model: LanguageModel,
  { ids, clamps, reads }: TextQuestion & { readonly reads: Readonly<Record<string, PointPart>> },
): Promise<Record<string, Slice>> {
  const { slices } = await model.run(ids, { slices: reads, clamps: await readClamps(model, clamps, ids), logits: false });
  return Object.fromEntries(Object.entries(reads).map(([key, read]) => [key, partOf(slices[key]!, read)]));
}
