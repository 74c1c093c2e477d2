import { type SessionSource, type TaskContext, type Tensor, tensor } from '@incognita/runtime';
import type { TextWindows } from '../text/textWindows.js';
import { crossEntropies } from '../training/crossEntropy.js';

/** Arguments of {@link scoreText}. */
export interface ScoreTextArgs {
  readonly session: SessionSource;
  readonly tokens: Uint16Array;
  /** Inputs for keys and values of earlier tokens, and their shape [n, heads, 0, d] without n. */
  readonly past: readonly { readonly name: string; readonly heads: number; readonly size: number }[];
  /** Which windows, those of one length beside each other. */
  readonly windows: TextWindows;
}

const BATCH = 16;

/** Sum of −log p over the tokens that windows foresee, in nats. */
export async function scoreText({ tokens, windows, past, ...args }: ScoreTextArgs, context: TaskContext): Promise<number> {
  const { starts, lengths } = windows;
  const session = await context.openSession(args.session);
  let sum = 0;
  for (let first = 0; first < starts.length; ) {
    const length = lengths[first]!;
    let n = 1;
    while (n < BATCH && lengths[first + n] === length) n++;
    const places = starts.slice(first, first + n).flatMap((start) => Array.from({ length }, (_, i) => start + i));
    const seen = BigInt64Array.from(places, (place) => BigInt(tokens[place]!));
    const feeds: Record<string, Tensor> = { input_ids: tensor('int64', [n, length], seen) };
    for (const { name, heads, size } of past) feeds[name] = tensor('float32', [n, heads, 0, size], new Float32Array());
    const { logits } = await session.run(feeds);
    const next = Int32Array.from(places, (place) => tokens[place + 1]!);
    for (const loss of crossEntropies(logits!.data as Float32Array, next)) sum += loss;
    first += n;
  }
  return sum;
}
