import { PromptError } from '../model/errors.js';
import type { LanguageModel } from '../model/languageModel.js';
import type { Merging } from '../tokens/merges.js';
import type { Token } from '../tokens/textTokenizer.js';

/** A token of a text as plain data: bytes in hexadecimal, and how it was merged from characters. */
export interface CutToken extends Omit<Token, 'bytes'> {
  readonly bytes: string;
  readonly merging: Merging | null;
}

/** A text in tokens. */
export interface Cut {
  readonly tokens: readonly CutToken[];
  /** The tokens behind it. */
  readonly more: readonly { readonly id: number; readonly label: string }[];
  /** All of it as text. */
  readonly text: string;
}

/**
 * How a text is cut, and what stands in it with the tokens `more` behind.
 *
 * @throws PromptError where the model has no tokenizer.
 */
export function cutText(
  { tokenizer }: LanguageModel,
  { text, special, more }: { readonly text: string; readonly special: boolean; readonly more: readonly number[] },
): Cut {
  if (tokenizer === null) throw new PromptError('There is no tokenizer: the text cannot be cut into tokens.');
  const tokens = tokenizer.encode(text, { special });
  const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return {
    tokens: tokens.map((token) => ({ ...token, bytes: hex(token.bytes), merging: tokenizer.mergesOf(token.id) })),
    more: more.map((id) => ({ id, label: tokenizer.label(id) })),
    text: tokenizer.decode([...tokens.map(({ id }) => id), ...more]),
  };
}
