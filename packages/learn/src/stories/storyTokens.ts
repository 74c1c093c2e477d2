import type { TextTokenizer } from '../text/textTokenizer.js';
import type { Story } from './storyWorld.js';
import type { StoryWord } from './teller.js';

/** One token of a story, with what is known of it. */
export interface StoryToken {
  readonly id: number;
  /** The word that it is of; null for the end of the text. */
  readonly word: StoryWord | null;
  /** Its true probability, given everything before it. */
  readonly probability: number;
  /** Entropy of the token that could stand here, given everything before it, in nats. */
  readonly entropy: number;
}

/**
 * A story as the tokens of any tokenizer whose pieces keep within words, with the true probability and entropy of each; the end of the text is the last where the
 * tokenizer has one. A word of several tokens is foreseen piece by piece: those that still fit share the probability.
 */
export function storyTokens({ words }: Story, tokenizer: TextTokenizer): StoryToken[] {
  const known = new Map<string, readonly number[]>();
  const encode = (text: string): readonly number[] => {
    let ids = known.get(text);
    if (ids === undefined) {
      ids = tokenizer.encode(text);
      known.set(text, ids);
    }
    return ids;
  };
  const tokens: StoryToken[] = [];
  for (const word of words) {
    let open = word.alternatives.map(({ word: text, probability }) => ({ ids: encode(text), probability }));
    for (const [i, id] of encode(word.text).entries()) {
      const next = new Map<number, number>();
      for (const { ids, probability } of open) next.set(ids[i]!, (next.get(ids[i]!) ?? 0) + probability);
      const total = open.reduce((sum, { probability }) => sum + probability, 0);
      const shares = [...next.values()].map((share) => share / total);
      const entropy = shares.reduce((sum, p) => sum - p * Math.log(p), 0);
      tokens.push({ id, word, probability: next.get(id)! / total, entropy });
      open = open.filter(({ ids }) => ids[i] === id);
    }
  }
  if (tokenizer.endOfText !== null) tokens.push({ id: tokenizer.endOfText, word: null, probability: 1, entropy: 0 });
  return tokens;
}
