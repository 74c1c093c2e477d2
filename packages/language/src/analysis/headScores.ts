import { createRandom } from '@incognita/runtime';
import type { LanguageModel } from '../model/languageModel.js';
import type { PointTensor } from '../points/pointTensor.js';

/** How a head attends on average, each between 0 and 1. */
export interface HeadScore {
  readonly layer: number;
  readonly head: number;
  /** On repeated random tokens: from a token to the one behind its earlier occurrence. */
  readonly induction: number;
  /** To the position before. */
  readonly previous: number;
  /** On repeated random tokens: from a token to its earlier occurrence. */
  readonly duplicate: number;
}

/** Options of {@link headScores}. */
export interface HeadScoreOptions {
  /** Random tokens before the repetition; default 24, less where the context is short. */
  readonly length?: number;
  readonly seed?: number;
}

/**
 * Scores of every head on `length` random tokens that come twice, t₀ … tₙ₋₁ t₀ … tₙ₋₁. With A the attention pattern and n the length:
 * induction = mean over q ≥ n of A[q, q − n + 1], duplicate = mean over q ≥ n of A[q, q − n], previous = mean over q ≥ 1 of A[q, q − 1].
 *
 * Source: Olsson et al., In-context Learning and Induction Heads (2022); TransformerLens `head_detector.py`.
 *
 * @throws RefusedPointError where attention patterns are hidden.
 */
export async function headScores(model: LanguageModel, { length = 24, seed = 1 }: HeadScoreOptions = {}): Promise<HeadScore[]> {
  const begin = model.tokenizer?.begin ?? [];
  const room = model.context === null ? length : Math.floor((model.context - begin.length) / 2);
  const n = Math.min(length, room);
  const random = createRandom(seed);
  const { vocabulary } = model.anatomy.inputs;
  const once = Array.from({ length: n }, () => {
    for (;;) {
      const id = random.integer(vocabulary);
      if (!(model.tokenizer?.isSpecial(id) ?? false)) return id;
    }
  });
  const names = Array.from({ length: model.anatomy.layers }, (_, layer) => `attn_probs.${layer}`);
  const { points } = await model.run([...begin, ...once, ...once], { taps: names, logits: false });
  return names.flatMap((name, layer) => scoresOf(points[name]!, layer, n, begin.length));
}

function scoresOf({ dims, data }: PointTensor, layer: number, n: number, begin: number): HeadScore[] {
  const [heads, queries, keys] = dims as [number, number, number];
  const mean = (head: number, from: number, back: number): number => {
    let sum = 0;
    for (let q = from; q < queries; q++) sum += data[(head * queries + q) * keys + q - back]!;
    return sum / (queries - from);
  };
  return Array.from({ length: heads }, (_, head) => ({
    layer,
    head,
    induction: mean(head, begin + n, n - 1),
    previous: mean(head, 1, 1),
    duplicate: mean(head, begin + n, n),
  }));
}
