import type { Scheme, TokenizerJson } from './scheme.js';

/** Whether a tokenizer leaves out characters that it lacks: byte pairs over characters, without bytes and without a token for what is unknown. */
export function dropsUnknown({ model }: TokenizerJson, { spelling, suffix }: Scheme): boolean {
  const merges = model.type === 'BPE' || model.merges !== undefined;
  return merges && model.unk_token == null && model.byte_fallback !== true && spelling !== 'byteLevel' && suffix === '';
}

/** What to say of the first character that is not known; null where all are. */
export function unknownCharacter(words: readonly string[], known: (character: string) => boolean): string | null {
  for (const character of words.join('')) {
    if (known(character)) continue;
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    return `The tokenizer has no token for "${character}" (U+${code}): it knows the characters of the text that it was made from only. Leave it out.`;
  }
  return null;
}
