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
  const most = checkedLargest(logits);
  const scores = repetitionPenalty === 1 ? logits : penalized(logits, seen, repetitionPenalty);
  const greedy = (): number => (scores === logits ? most : argmax(scores));
  const id = temperature === 0 ? greedy() : draw(scores, temperature, topK, topP, random);
  const total = logSumExp(logits, logits[most]!);
  const top = largest(logits, Math.min(TOP, logits.length)).map((one) => ({ id: one, logprob: logits[one]! - total }));
  return { id, logprob: logits[id]! - total, top };
}

function penalized(logits: Float32Array, seen: Iterable<number>, penalty: number): Float64Array {
  const scores = Float64Array.from(logits);
  for (const id of new Set(seen)) scores[id] = scores[id]! > 0 ? scores[id]! / penalty : scores[id]! * penalty;
  return scores;
}

/** The first of the largest logits. */
function checkedLargest(logits: Float32Array): number {
  let [most, place] = [Number.NEGATIVE_INFINITY, 0];
  for (let id = 0; id < logits.length; id++) {
    const value = logits[id]!;
    if (value > most) {
      most = value;
      place = id;
    } else if (Number.isNaN(value))
      throw new NotFiniteLogitsError(
        `The logit of token ${id} is not a number: the model overflowed (float16 does, for long streams) or a clamp is too strong.`,
      );
  }
  if (!Number.isFinite(most))
    throw new NotFiniteLogitsError(
      `The largest logit is ${most}: no token can be chosen. The model overflowed, or a clamp is too strong.`,
    );
  return place;
}

function argmax(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}

/** log Σ exp; the largest value may be given where it is known. */
export function logSumExp(values: ArrayLike<number>, most = values[argmax(values)] ?? Number.NEGATIVE_INFINITY): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - most);
  return most + Math.log(sum);
}

function draw(given: ArrayLike<number>, temperature: number, topK: number, topP: number, random: Random): number {
  const scores = new Float64Array(given.length);
  for (let id = 0; id < scores.length; id++) scores[id] = given[id]! / temperature;
  if (topK > 0 && topK < scores.length) {
    const order = largest(scores, topK);
    const weights = weightsOf(Float64Array.from(order, (id) => scores[id]!));
    return order[drawn(weights, topP < 1 ? reaching(weights, topP * sum(weights)) : order.length, random)]!;
  }
  const weights = weightsOf(scores);
  if (topP >= 1) return drawn(weights, weights.length, random);
  const order = nucleus(weights, topP * sum(weights));
  return order[
    drawn(
      Float64Array.from(order, (id) => weights[id]!),
      order.length,
      random,
    )
  ]!;
}

/** exp(score) as shares of the largest. */
function weightsOf(scores: Float64Array): Float64Array {
  const most = scores[argmax(scores)]!;
  for (let i = 0; i < scores.length; i++) scores[i] = Math.exp(scores[i]! - most);
  return scores;
}

function sum(values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i]!;
  return total;
}

/** How many of the first weights it takes to reach a sum; all where they do not. */
function reaching(weights: Float64Array, goal: number): number {
  let reached = 0;
  for (let i = 0; i < weights.length; i++) {
    reached += weights[i]!;
    if (reached >= goal) return i + 1;
  }
  return weights.length;
}

/** The fewest tokens whose weights reach a sum, the most probable first. They are few as a rule, so that not all need to be brought into order. */
function nucleus(weights: Float64Array, goal: number): number[] {
  const first = largest(weights, Math.min(64, weights.length));
  const few = Float64Array.from(first, (id) => weights[id]!);
  if (first.length === weights.length || sum(few) >= goal) return first.slice(0, reaching(few, goal));
  const falling = weights.slice().sort().reverse();
  const kept = reaching(falling, goal);
  const least = falling[kept - 1]!;
  const ids: number[] = [];
  for (let id = 0; id < weights.length; id++) if (weights[id]! >= least) ids.push(id);
  return ids.sort((one, other) => weights[other]! - weights[one]! || one - other).slice(0, kept);
}

/** A place below `kept`, as often as its weight says. */
function drawn(weights: Float64Array, kept: number, random: Random): number {
  let mass = 0;
  for (let i = 0; i < kept; i++) mass += weights[i]!;
  let left = random.uniform() * mass;
  for (let i = 0; i < kept; i++) {
    left -= weights[i]!;
    if (left < 0) return i;
  }
  return kept - 1;
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
