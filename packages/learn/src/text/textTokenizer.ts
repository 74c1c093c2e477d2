import { SYMBOL_BYTES, symbolsOf } from './byteSymbols.js';
import { splitWords } from './splitWords.js';
import { END_OF_TEXT, type TokenizerJson } from './tokenizerJson.js';

/** Text to ids and back, as fast as whole corpora need it; ids are those of Hugging Face's tokenizers for the same file. */
export interface TextTokenizer {
  /** How many tokens there are. */
  readonly vocabulary: number;
  /** The id that stands between documents; null where there is none. */
  readonly endOfText: number | null;
  /** @throws RangeError naming the first character that the tokenizer has no token for. */
  encode(text: string): number[];
  /** Bytes that are no text become U+FFFD. @throws RangeError for an id that does not exist. */
  decode(ids: Iterable<number>): string;
}

/**
 * Reads a tokenizer that was made here.
 *
 * @example textTokenizer(bytePairTokenizer(trainBpe(texts, { vocabulary: 512 }))).encode('a fox')
 */
export function textTokenizer({ model, added_tokens, pre_tokenizer }: TokenizerJson): TextTokenizer {
  const ids = new Map(Object.entries(model.vocab));
  const tokens: string[] = [];
  for (const [token, id] of ids) tokens[id] = token;
  const endOfText = added_tokens.find(({ content }) => content === END_OF_TEXT)?.id ?? null;
  const bytes = pre_tokenizer.type === 'ByteLevel';
  const encodePart = bytes ? bytePairEncoder(ids, model.merges) : (text: string) => Array.from(text, (c) => idOf(ids, c));
  return {
    vocabulary: tokens.length,
    endOfText,
    encode(text) {
      const parts = endOfText === null ? [text] : text.split(END_OF_TEXT);
      return parts.flatMap((part, i) => (i === 0 ? encodePart(part) : [endOfText!, ...encodePart(part)]));
    },
    decode(list) {
      const parts = Array.from(list, (id) => {
        const token = tokens[id];
        if (token === undefined)
          throw new RangeError(`There is no token ${id}; the vocabulary has those from 0 to ${tokens.length - 1}.`);
        return id === endOfText || !bytes ? [...new TextEncoder().encode(token)] : Array.from(token, (c) => SYMBOL_BYTES.get(c)!);
      });
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(parts.flat()));
    },
  };
}

/** Each word is merged once and remembered. */
function bytePairEncoder(ids: ReadonlyMap<string, number>, merges: TokenizerJson['model']['merges']): (text: string) => number[] {
  const ranks = new Map(merges.map((pair, rank) => [pair.join(' '), rank]));
  const known = new Map<string, readonly number[]>();
  return (text) =>
    splitWords(text).flatMap((word) => {
      let encoded = known.get(word);
      if (encoded === undefined) {
        encoded = mergedSymbols(symbolsOf(word), ranks).map((symbol) => idOf(ids, symbol));
        known.set(word, encoded);
      }
      return encoded;
    });
}

/** Joins neighbours, those that were learnt first before the others, until no pair is left that was learnt. */
function mergedSymbols(symbols: string[], ranks: ReadonlyMap<string, number>): string[] {
  let word = symbols;
  for (;;) {
    let [best, at] = [Infinity, -1];
    for (let i = 0; i + 1 < word.length; i++) {
      const rank = ranks.get(`${word[i]} ${word[i + 1]}`) ?? Infinity;
      if (rank < best) [best, at] = [rank, i];
    }
    if (at < 0) return word;
    word = [...word.slice(0, at), word[at]! + word[at + 1]!, ...word.slice(at + 2)];
  }
}

function idOf(ids: ReadonlyMap<string, number>, token: string): number {
  const id = ids.get(token);
  if (id !== undefined) return id;
  const code = token.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  throw new RangeError(
    `The tokenizer has no token for "${token}" (U+${code}); it knows the characters that it was made from only. A tokenizer of byte pairs knows all.`,
  );
}
