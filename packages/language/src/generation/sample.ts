import type { Random } from '@incognita/runtime';

/** How the next token is chosen. */
export interface Sampling {
  /** 0 takes the most probable token; 1 draws as the model says; higher is more varied. Default 0. */
  readonly temperature?: number;
  /** Draw among the k most probable only; 0 or absent: all. */
  readonly topK?: number;
  /** Draw among the most probable that together have this share; 1 or absent: all. */
  readonly topP?: number;
  /** Divides positive logits of tokens that are in the text already, multiplies negative ones; default 1. */
  readonly repetitionPenalty?: number;
}

/** A chosen token with its logarithm of probability under the model (temperature 1, nothing cut off). */
export interface Chosen {
  readonly id: number;
  readonly logprob: number;
  /** The most probable tokens, by falling probability, under the model. */
  readonly top: readonly { readonly id: number; readonly logprob: number }[];
}

/** Logits that are no numbers. */
export class NotFiniteLogitsError extends Error {
  override readonly name = 'NotFiniteLogitsError';
}

const TOP = 10;

/**
 * Chooses the next token from logits: repetition penalty, then temperature, top-k, top-p, then a draw. Without temperature the most probable
 * token, of equal ones the first.
 *
 * Source: repetition penalty of Keskar et al., CTRL (2019), section 4.1; top-p of Holtzman et al., The Curious Case of Neural Text
 * Degeneration (2020); the order as in Hugging Face transformers `generation/logits_process.py`.
 *
 * @param seen ids of the text so far.
 * @throws NotFiniteLogitsError where a logit is NaN or all are infinite.
 */
export function chooseToken(logits: Float32Array, seen: Iterable<number>, sampling: Sampling, random: Random): Chosen {
  const { temperature = 0, topK = 0, topP = 1, repetitionPenalty = 1 } = sampling;
  checkFinite(logits);
  const scores = repetitionPenalty === 1 ? logits : penalized(logits, seen, repetitionPenalty);
  const id = temperature === 0 ? argmax(scores) : draw(scores, temperature, topK, topP, random);
  const total = logSumExp(logits);
  const top = largest(logits, Math.min(TOP, logits.length)).map((one) => ({ id: one, logprob: logits[one]! - total }));
  return { id, logprob: logits[id]! - total, top };
}

function penalized(logits: Float32Array, seen: Iterable<number>, penalty: number): Float64Array {
  const scores = Float64Array.from(logits);
  for (const id of new Set(seen)) scores[id] = scores[id]! > 0 ? scores[id]! / penalty : scores[id]! * penalty;
  return scores;
}

function checkFinite(logits: Float32Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id]!;
    if (value > most) most = value;
    else if (Number.isNaN(value))
      throw new NotFiniteLogitsError(
        `The logit of token ${id} is not a number: the model overflowed (float16 does, for long streams) or a clamp is too strong.`,
      );
  }
  if (!Number.isFinite(most))
    throw new NotFiniteLogitsError(
      `The largest logit is ${most}: no token can be chosen. The model overflowed, or a clamp is too strong.`,
    );
}

function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** log Σ exp */
export function logSumExp(values: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (values[i]! > most) most = values[i]!;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - most);
  return most + Math.log(sum);
}

function draw(given: ArrayLike<number>, temperature: number, topK: number, topP: number, random: Random): number {
  const scores = Float64Array.from(given, (score) => score / temperature);
  const k = topK > 0 ? Math.min(topK, scores.length) : scores.length;
  const order = k < scores.length ? largest(scores, k) : topP < 1 ? largest(scores, scores.length) : Array.from(scores.keys());
  const total = logSumExp(order.map((id) => scores[id]!));
  const shares = order.map((id) => Math.exp(scores[id]! - total));
  let kept = shares.length;
  if (topP < 1) {
    let sum = 0;
    kept = shares.findIndex((share) => {
      sum += share;
      return sum >= topP;
    });
    kept = kept < 0 ? shares.length : kept + 1;
  }
  const mass = shares.slice(0, kept).reduce((a, b) => a + b, 0);
  let left = random.uniform() * mass;
  for (let i = 0; i < kept; i++) {
    left -= shares[i]!;
    if (left < 0) return order[i]!;
  }
  return order[kept - 1]!;
}

/** Places of the largest values, the largest first; of equal ones the first. */
export function largest(values: ArrayLike<number>, count: number): number[] {
  if (count * 4 >= values.length)
    return Array.from({ length: values.length }, (_, i) => i)
      .sort((a, b) => values[b]! - values[a]! || a - b)
      .slice(0, count);
  const best: number[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    if (best.length === count && !(values[i]! > least)) continue;
    let at = best.length;
    while (at > 0 && values[i]! > values[best[at - 1]!]!) at--;
    best.splice(at, 0, i);
    if (best.length > count) best.pop();
    if (best.length === count) least = values[best[count - 1]!]!;
  }
  return best;
}
