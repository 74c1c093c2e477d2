import { toByteLevel } from './byteLevel.js';
import type { Scheme, TokenizerJson } from './scheme.js';

/** One merge of byte-pair encoding: two neighbours become one. */
export interface MergeStep {
  readonly left: string;
  readonly right: string;
  /** Place of the merge in the tokenizer's list: lower ranks go first. */
  readonly rank: number;
  /** Which piece, from 0, the pair begins at. */
  readonly at: number;
  /** The pieces after the merge. */
  readonly pieces: readonly string[];
}

/** How one word became tokens. */
export interface Merging {
  /** The word as the tokenizer spells it. */
  readonly word: string;
  readonly start: readonly string[];
  readonly steps: readonly MergeStep[];
  readonly end: readonly string[];
}

/** The ranks of the merges of a BPE tokenizer, by both parts; null for tokenizers of another kind. */
export function mergeRanks({ model }: TokenizerJson): ReadonlyMap<string, number> | null {
  if (model.merges === undefined || (model.type !== undefined && model.type !== 'BPE')) return null;
  const ranks = new Map<string, number>();
  for (const [rank, merge] of model.merges.entries()) {
    const [left, right] = typeof merge === 'string' ? merge.split(' ') : merge;
    const key = `${left} ${right}`;
    if (!ranks.has(key)) ranks.set(key, rank);
  }
  return ranks;
}

/**
 * Byte-pair encoding step by step: of all neighbours, those with the lowest rank are merged, the leftmost first, until none is in the
 * list.
 *
 * Source: Sennrich et al., Neural Machine Translation of Rare Words with Subword Units (2016), Algorithm 1; ties as in
 * huggingface/tokenizers `models/bpe/word.rs`.
 *
 * @param word as the tokenizer spells it: ▁ or Ġ for a space.
 */
export function mergeSteps(word: string, ranks: ReadonlyMap<string, number>, json: TokenizerJson, scheme: Scheme): Merging {
  const start = firstPieces(word, json, scheme);
  const whole = json.model.ignore_merges === true && hasWord(json, word);
  if (whole) return { word, start, steps: [], end: [word] };
  const steps: MergeStep[] = [];
  let pieces = start;
  for (;;) {
    let best: { rank: number; at: number } | null = null;
    for (let at = 0; at + 1 < pieces.length; at++) {
      const rank = ranks.get(`${pieces[at]} ${pieces[at + 1]}`);
      if (rank !== undefined && (best === null || rank < best.rank)) best = { rank, at };
    }
    if (best === null) return { word, start, steps, end: pieces };
    const { rank, at } = best;
    const [left, right] = [pieces[at]!, pieces[at + 1]!];
    pieces = [...pieces.slice(0, at), left + right, ...pieces.slice(at + 2)];
    steps.push({ left, right, rank, at, pieces });
  }
}

/** Characters; those that are not in the vocabulary as their bytes, where the tokenizer falls back to them. */
function firstPieces(word: string, json: TokenizerJson, { suffix }: Scheme): string[] {
  const characters = [...word];
  if (suffix !== '' && characters.length > 0) characters.push(`${characters.pop()}${suffix}`);
  if (json.model.byte_fallback !== true) return characters;
  return characters.flatMap((character) => {
    if (hasWord(json, character)) return [character];
    const bytes = new TextEncoder().encode(character);
    return Array.from(bytes, (byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
  });
}

function hasWord({ model }: TokenizerJson, word: string): boolean {
  return Object.hasOwn(model.vocab as Record<string, number>, word);
}

/** A word of a text as the tokenizer spells it before it merges. */
export function spellWord(text: string, { spelling }: Scheme): string {
  if (spelling === 'byteLevel') return toByteLevel(new TextEncoder().encode(text));
  return spelling === 'metaspace' ? text.replaceAll(' ', '▁') : text;
}
