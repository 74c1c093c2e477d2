import { createRandom, tensor } from '@incognita/runtime';
import type { MakeBatch } from '../training/batchSource.js';

/** Options of {@link textBatches}. */
export interface TextBatchOptions {
  readonly tokens: Uint16Array;
  /** Tokens of one example. */
  readonly block: number;
  readonly seed: number;
}

/** Batches of stretches of a text that begin anywhere: `input_ids` and, one token on, `target`, both int64 [n, block]. */
export function textBatches({ tokens, block, seed }: TextBatchOptions): MakeBatch {
  const places = tokens.length - block;
  if (places < 1)
    throw new RangeError(
      `A text of ${tokens.length} tokens is too short for blocks of ${block}: give more text, or a block of fewer tokens.`,
    );
  return ({ step, from, examples }) => {
    const [ids, target] = [new BigInt64Array(examples * block), new BigInt64Array(examples * block)];
    for (let e = 0; e < examples; e++) {
      const start = createRandom(seed + 0x9e3779b9 * (step + 1) + 0x85ebca6b * (from + e)).integer(places);
      for (let i = 0; i < block; i++) {
        ids[e * block + i] = BigInt(tokens[start + i]!);
        target[e * block + i] = BigInt(tokens[start + i + 1]!);
      }
    }
    return { input_ids: tensor('int64', [examples, block], ids), target: tensor('int64', [examples, block], target) };
  };
}
