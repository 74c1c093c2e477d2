import { BYTE_SYMBOLS, symbolsOf } from './byteSymbols.js';
import { splitWords } from './splitWords.js';

/** What byte-pair encoding learns. */
export interface BytePairs {
  /** Symbols by id: the 256 bytes first, then one for each merge. */
  readonly symbols: readonly string[];
  /** Pairs of symbols in the order in which they are joined. */
  readonly merges: readonly (readonly [string, string])[];
}

/** A word of the text as the ids of its symbols, and how often it occurs. */
interface Word {
  ids: number[];
  readonly count: number;
}

/**
 * Learns a vocabulary of byte pairs: the two neighbouring symbols that occur together most often become one, again and again. Of pairs that are
 * equally frequent the one with the smaller ids is joined first, so the result depends on the texts only.
 *
 * Source: Sennrich et al. 2016 (arXiv 1508.07909), algorithm 1; on bytes as in Radford et al. 2019.
 *
 * @param vocabulary how many symbols there shall be, the 256 bytes included; fewer where no pair occurs twice any more.
 * @throws RangeError for a vocabulary below 256.
 * @example const { merges } = trainBpe(['low lower lowest'], { vocabulary: 260 });
 */
export function trainBpe(texts: Iterable<string>, { vocabulary }: { readonly vocabulary: number }): BytePairs {
  if (vocabulary < BYTE_SYMBOLS.length)
    throw new RangeError(`A vocabulary of ${vocabulary} cannot hold the 256 bytes that byte-pair encoding begins with.`);
  const symbols = [...BYTE_SYMBOLS];
  const merges: [string, string][] = [];
  const words = wordsOf(texts);
  const pairs = new PairCounts();
  for (const [w, word] of words.entries()) pairs.add(w, word, 1);
  while (symbols.length < vocabulary) {
    const best = pairs.best();
    if (best === null) break;
    const [left, right] = best.pair;
    merges.push([symbols[left]!, symbols[right]!]);
    for (const w of best.words) {
      const word = words[w]!;
      pairs.add(w, word, -1);
      word.ids = joined(word.ids, left, right, symbols.length);
      pairs.add(w, word, 1);
    }
    symbols.push(symbols[left]! + symbols[right]!);
  }
  return { symbols, merges };
}

function wordsOf(texts: Iterable<string>): Word[] {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of splitWords(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const byteOf = new Map(BYTE_SYMBOLS.map((symbol, byte) => [symbol, byte]));
  return [...counts].map(([word, count]) => ({ ids: symbolsOf(word).map((symbol) => byteOf.get(symbol)!), count }));
}

/** Every place where `left` stands before `right`, from the left, becomes `id`. */
export function joined(ids: readonly number[], left: number, right: number, id: number): number[] {
  const result: number[] = [];
  for (let i = 0; i < ids.length; i++) {
    const meets = ids[i] === left && ids[i + 1] === right;
    result.push(meets ? id : ids[i]!);
    if (meets) i++;
  }
  return result;
}

/** Pairs as one number: ids are below 2^24. */
const RADIX = 2 ** 24;

/** How often each pair of neighbours occurs, and in which words. */
class PairCounts {
  readonly #counts = new Map<number, { count: number; readonly words: Set<number> }>();

  /** Counts a word's pairs in, or with a sign of −1 out. */
  add(w: number, { ids, count }: Word, sign: 1 | -1): void {
    for (let i = 0; i + 1 < ids.length; i++) {
      const key = ids[i]! * RADIX + ids[i + 1]!;
      let entry = this.#counts.get(key);
      if (entry === undefined) {
        entry = { count: 0, words: new Set() };
        this.#counts.set(key, entry);
      }
      entry.count += sign * count;
      if (sign === 1) entry.words.add(w);
      if (entry.count === 0) this.#counts.delete(key);
    }
  }

  /** The most frequent pair, the one of the smallest ids where several are; null where none occurs twice. */
  best(): { readonly pair: readonly [number, number]; readonly words: readonly number[] } | null {
    let [best, most] = [-1, 1];
    for (const [key, { count }] of this.#counts)
      if (count > most || (count === most && most > 1 && key < best)) [best, most] = [key, count];
    if (best < 0) return null;
    const words = [...this.#counts.get(best)!.words].sort((a, b) => a - b);
    return { pair: [Math.floor(best / RADIX), best % RADIX], words };
  }
}
