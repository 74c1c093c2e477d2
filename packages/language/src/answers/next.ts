import { type Candidate, distribution } from '../generation/distribution.js';
import type { LanguageModel } from '../model/languageModel.js';
import { readClamps } from './clampLines.js';
import { labelOf } from './label.js';
import { lastLogits } from './lastLogits.js';
import type { Choosing, TextQuestion } from './requests.js';

/** How many candidates a choice is shown with. */
const CANDIDATES = 40;

/** A choice laid open, with tokens for people. */
export interface Next {
  readonly id: number;
  readonly label: string;
  /** Whether the token ends the text. */
  readonly ends: boolean;
  readonly kept: number;
  readonly entropyBits: number;
  readonly draw: number | null;
  readonly candidates: readonly (Candidate & { readonly label: string })[];
}

/**
 * The choice of the token behind a text; see {@link distribution}.
 *
 * @throws NotFiniteLogitsError, PromptError, ClampError.
 */
export async function nextToken(
  model: LanguageModel,
  { ids, clamps, seed, drawn, ...sampling }: TextQuestion & Choosing & { readonly drawn: number },
): Promise<Next> {
  const logits = await lastLogits(model, ids, await readClamps(model, clamps, ids));
  const choice = distribution(logits, ids, sampling, { seed, drawn, count: CANDIDATES });
  return {
    ...{ id: choice.id, label: labelOf(model, choice.id), ends: model.ends.includes(choice.id) },
    ...{ kept: choice.kept, entropyBits: choice.entropyBits, draw: choice.draw },
    candidates: choice.candidates.map((one) => ({ ...one, label: labelOf(model, one.id) })),
  };
}
