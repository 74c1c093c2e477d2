import { createRandom } from '@incognita/runtime';
import { type Chosen, chooseToken, largest, logSumExp, type Sampling } from './sample.js';

/** One token that could come next. */
export interface Candidate {
  readonly id: number;
  readonly logit: number;
  /** Its probability under the model: softmax of the logits. */
  readonly probability: number;
  /** After the repetition penalty and the temperature, before anything is cut off. */
  readonly tempered: number;
  /** What cut it off, or null. */
  readonly cut: 'top-k' | 'top-p' | null;
  /** The probability with which it is drawn. */
  readonly chance: number;
}

/** What could come next, and what came. */
export interface Distribution extends Chosen {
  /** The most probable, by falling probability under the model; the chosen one is among them. */
  readonly candidates: readonly Candidate[];
  /** How many can be drawn. */
  readonly kept: number;
  /** Of the model's probabilities, in bits. */
  readonly entropyBits: number;
  /** The random number from 0 to 1; null without temperature. */
  readonly draw: number | null;
}

/**
 * The choice of one token, laid open: the same as {@link chooseToken} makes.
 *
 * @param seen ids of the text so far.
 * @param drawn how many tokens were drawn with this seed before: the draw of the generation's next step is taken.
 * @param count how many candidates to give.
 * @throws NotFiniteLogitsError
 */
export function distribution(
  logits: Float32Array,
  seen: readonly number[],
  sampling: Sampling,
  { seed, drawn, count }: { readonly seed: number; readonly drawn: number; readonly count: number },
): Distribution {
  const { temperature = 0, topK = 0, topP = 1, repetitionPenalty = 1 } = sampling;
  const chosen = chooseToken(logits, seen, sampling, streamAt(seed, drawn));
  const before = new Set(seen);
  const scores = Float64Array.from(logits, (logit, id) => {
    const score = !before.has(id) ? logit : logit > 0 ? logit / repetitionPenalty : logit * repetitionPenalty;
    return temperature === 0 ? score : score / temperature;
  });
  const order = largest(scores, scores.length);
  const total = logSumExp(scores);
  const ofK = topK > 0 ? Math.min(topK, order.length) : order.length;
  const massOfK = order.slice(0, ofK).reduce((sum, id) => sum + Math.exp(scores[id]! - total), 0);
  let [kept, mass] = [0, 0];
  while (kept < ofK && (kept === 0 || mass / massOfK < topP)) mass += Math.exp(scores[order[kept++]!]! - total);
  if (topP >= 1) [kept, mass] = [ofK, massOfK];
  const rank = new Map(order.map((id, i) => [id, i]));
  const logTotal = logSumExp(logits);
  let entropy = 0;
  for (const logit of logits) if (logit > Number.NEGATIVE_INFINITY) entropy -= Math.exp(logit - logTotal) * (logit - logTotal);
  const shown = largest(logits, Math.min(count, logits.length));
  if (!shown.includes(chosen.id)) shown[shown.length - 1] = chosen.id;
  const candidates = shown.map((id): Candidate => {
    const place = rank.get(id)!;
    const cut = temperature === 0 || place < kept ? null : place >= ofK ? 'top-k' : 'top-p';
    const tempered = Math.exp(scores[id]! - total);
    const chance = temperature === 0 ? Number(id === chosen.id) : cut === null ? tempered / mass : 0;
    return { id, logit: logits[id]!, probability: Math.exp(logits[id]! - logTotal), tempered, cut, chance };
  });
  return {
    ...chosen,
    candidates,
    kept: temperature === 0 ? 1 : kept,
    entropyBits: entropy / Math.LN2,
    draw: temperature === 0 ? null : streamAt(seed, drawn).uniform(),
  };
}

function streamAt(seed: number, drawn: number): ReturnType<typeof createRandom> {
  const random = createRandom(seed);
  for (let i = 0; i < drawn; i++) random.uniform();
  return random;
}
