import { type SessionSource, type TaskContext, type Tensor, tensor } from '@incognita/runtime';
import { crossEntropies } from '../training/crossEntropy.js';

/** Arguments of {@link scoreText}. */
export interface ScoreTextArgs {
  readonly session: SessionSource;
  readonly tokens: Uint16Array;
  readonly block: number;
  /** Inputs for keys and values of earlier tokens, and their shape [n, heads, 0, d] without n. */
  readonly past: readonly { readonly name: string; readonly heads: number; readonly size: number }[];
  /** Which windows: [from, to). */
  readonly from: number;
  readonly to: number;
}

const BATCH = 16;

/** Sum of −log p over the tokens of the windows [from, to), in nats. Window w predicts the tokens from w · block + 1 on. */
export async function scoreText(args: ScoreTextArgs, context: TaskContext): Promise<number> {
  const { tokens, block, from, to } = args;
  const session = await context.openSession(args.session);
  let sum = 0;
  for (let first = from; first < to; ) {
    // Windows of equal length: the last may be shorter.
    const length = Math.min(block, tokens.length - 1 - first * block);
    const n = length < block ? 1 : Math.min(BATCH, to - first, Math.floor((tokens.length - 1 - first * block) / block));
    const seen = tokens.subarray(first * block, first * block + n * length);
    const feeds: Record<string, Tensor> = { input_ids: tensor('int64', [n, length], BigInt64Array.from(seen, BigInt)) };
    for (const { name, heads, size } of args.past) feeds[name] = tensor('float32', [n, heads, 0, size], new Float32Array());
    const { logits } = await session.run(feeds);
    const next = Int32Array.from(tokens.subarray(first * block + 1, first * block + 1 + n * length));
    for (const loss of crossEntropies(logits!.data as Float32Array, next)) sum += loss;
    first += n;
  }
  return sum;
}
