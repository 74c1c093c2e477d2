import { createRandom, tensor } from '@incognita/runtime';
import type { MakeBatch } from '../training/batchSource.js';
import { textWindows } from './textWindows.js';

/** Options of {@link textBatches}. */
export interface TextBatchOptions {
  readonly tokens: Uint16Array;
  /** Tokens of one example. */
  readonly block: number;
  readonly seed: number;
  /** The token between texts, with which examples then begin (see {@link textWindows}); null or absent: they begin anywhere. */
  readonly endOfText?: number | null;
}

/** Batches of stretches of a text: `input_ids` and, one token on, `target`, both int64 [n, block]. */
export function textBatches({ tokens, block, seed, endOfText = null }: TextBatchOptions): MakeBatch {
  const places = tokens.length - block;
  if (places < 1)
    throw new RangeError(
      `A text of ${tokens.length} tokens is too short for blocks of ${block}: give more text, or a block of fewer tokens.`,
    );
  const starts = endOfText === null ? null : beginnings(tokens, block, endOfText);
  return ({ step, from, examples }) => {
    const [ids, target] = [new BigInt64Array(examples * block), new BigInt64Array(examples * block)];
    for (let e = 0; e < examples; e++) {
      const drawn = createRandom(seed + 0x9e3779b9 * (step + 1) + 0x85ebca6b * (from + e)).integer(starts?.length ?? places);
      const start = starts?.[drawn] ?? drawn;
      for (let i = 0; i < block; i++) {
        ids[e * block + i] = BigInt(tokens[start + i]!);
        target[e * block + i] = BigInt(tokens[start + i + 1]!);
      }
    }
    return { input_ids: tensor('int64', [examples, block], ids), target: tensor('int64', [examples, block], target) };
  };
}

/** Of the last texts those that fill a block. */
function beginnings(tokens: Uint16Array, block: number, endOfText: number): Uint32Array {
  const { starts } = textWindows(tokens, { block, endOfText });
  return Uint32Array.from(starts.filter((start) => start < tokens.length - block));
}
