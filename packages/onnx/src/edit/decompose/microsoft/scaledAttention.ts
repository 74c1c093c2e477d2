import type { RewriteContext } from '../../rewrite/context.js';
import { sizes } from './heads.js';

/** What scaled dot-product attention is made of; heads are the second axis of everything. */
export interface Scores {
  /** [b, n, s, h] */
  readonly query: string;
  /** [b, n, t, h] */
  readonly key: string;
  /** Added to the scores in this order, after `softcap`; '' for none. */
  readonly masks: readonly string[];
  readonly softcap?: number;
}

/** scale q kᵀ, capped, with the masks added: [b, n, s, t]. Source: Vaswani et al., Attention Is All You Need (2017). */
export function attentionScores(c: RewriteContext, { query, key, masks, softcap = 0 }: Scores): string {
  const product = c.op('MatMul', [query, c.op('Transpose', [key], { perm: [0, 1, 3, 2] })]);
  let scores = c.op('Mul', [product, scale(c, query)]);
  if (softcap > 0) {
    const cap = c.scalar(softcap, scores);
    scores = c.op('Mul', [c.op('Tanh', [c.op('Div', [scores, cap])]), cap]);
  }
  for (const mask of masks) if (mask !== '') scores = c.op('Add', [scores, mask]);
  return scores;
}

/** softmax(scores) v */
export function attend(c: RewriteContext, scores: Scores, value: string): string {
  return c.op('MatMul', [c.op('Softmax', [attentionScores(c, scores)], { axis: -1 }), value]);
}

/** The attribute, or 1 / √(head size) where it is absent or 0. */
function scale(c: RewriteContext, query: string): string {
  const given = c.float('scale', 0);
  if (given !== 0) return c.scalar(given, query);
  const size = c.shape(query)?.[3];
  if (typeof size === 'number') return c.scalar(1 / Math.sqrt(size), query);
  const like = c.op('CastLike', [sizes(c, query, 3, 4), query]);
  return c.op('Reciprocal', [c.op('Sqrt', [like])]);
}
