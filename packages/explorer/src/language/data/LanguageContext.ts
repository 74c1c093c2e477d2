import type { DecoderCard, TokensAnswer } from '@incognita/workspace/schema';
import { createContext, useContext } from 'react';
import type { LanguageAddress } from '../languageAddress.js';

/** What all parts of the page share: the decoder, the text as tokens, and what the address says, brought into range. */
export interface LanguageText {
  readonly model: string;
  readonly card: DecoderCard;
  readonly tokens: TokensAnswer;
  /** Ids of the whole text, the generated tokens included. */
  readonly ids: readonly number[];
  /** Labels of the whole text. */
  readonly labels: readonly string[];
  readonly at: LanguageAddress & { readonly position: number };
}

export const LanguageContext = createContext<LanguageText | null>(null);

export function useText(): LanguageText {
  return useContext(LanguageContext)!;
}
