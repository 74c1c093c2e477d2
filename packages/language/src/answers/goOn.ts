import type { LanguageModel } from '../model/languageModel.js';
import type { Generation, GenerationStep } from '../model/options.js';
import { readClamps } from './clampLines.js';
import type { Choosing, Likely, TextQuestion } from './requests.js';

/** A generated token, with what it adds to the text. */
export interface Written extends Likely {
  readonly text: string;
}

/**
 * Generates behind a text, token by token, once clamps and ids are found good; the generator's value says why it ended.
 *
 * @throws PromptError, ClampError; the generator NotFiniteLogitsError, or the signal's reason.
 */
export async function goOn(
  model: LanguageModel,
  { ids, clamps, temperature, topK, topP, seed, maxTokens }: TextQuestion & Choosing & { readonly maxTokens: number },
  signal?: AbortSignal,
): Promise<AsyncGenerator<Written, Generation['finish']>> {
  const ready = await readClamps(model, clamps, model.ids(ids));
  const options = { temperature, topK, topP, seed, maxTokens, clamps: ready, ...(signal === undefined ? {} : { signal }) };
  return written(model.generate(ids, options));
}

async function* written(
  steps: AsyncGenerator<GenerationStep, Generation['finish']>,
): AsyncGenerator<Written, Generation['finish']> {
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      const { id, label, text, logprob } = next.value;
      yield { id, label, text, probability: Math.exp(logprob) };
    }
  } finally {
    await steps.return('length');
  }
}
