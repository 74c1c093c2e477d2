import type { LanguageModel } from '../model/languageModel.js';

/** A token for people. */
export function labelOf({ tokenizer }: LanguageModel, id: number): string {
  return tokenizer?.label(id) ?? `[${id}]`;
}
