import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { count } from './count.js';
import { mergeHeads, sizes, splitHeads } from './heads.js';
import { additiveMask } from './masks.js';
import { attend, attentionScores } from './scaledAttention.js';

/** Query, key and value as [b, n, s, h]. */
interface Projections {
  readonly query: string;
  readonly key: string;
  readonly value: string;
}

/** Where an operator has its inputs. */
interface Places {
  readonly bias: number;
  readonly mask: number;
  readonly attentionBias: number;
  readonly pastKey: number;
  readonly pastLength: number;
  readonly indirection: number;
}

/** Attention of separate projections, of packed ones, and with a cache. Source: ONNX Runtime, bert/multihead_attention.cc. */
export const MultiHeadAttention: Rewrite = (c) =>
  multiHead(
    c,
    { bias: 3, mask: 4, attentionBias: 5, pastKey: 6, pastLength: 8, indirection: 9 },
    c.int('unidirectional', 0) !== 0,
  );

/** The form for one new token a step. */
export const DecoderMaskedMultiHeadAttention: Rewrite = (c) =>
  multiHead(c, { bias: 10, mask: 3, attentionBias: 4, pastKey: 5, pastLength: 7, indirection: 9 }, false);

function multiHead(c: RewriteContext, at: Places, causal: boolean): (string | null)[] {
  if (c.input(at.indirection) !== '')
    c.refuse('it reads its cache through the indirection of a beam search.', 'Export the decoder without beam search.');
  const { query, key, value } = projections(c, at);
  const shared = c.int('past_present_share_buffer', 0) !== 0 || c.input(at.pastLength) !== '';
  const [keys, values] = [joined(c, at, 0, key, shared), joined(c, at, 1, value, shared)];
  const scores = {
    query,
    key: keys.all,
    masks: [additiveMask(c, { mask: c.input(at.mask), causal, query, key: keys.all }), c.input(at.attentionBias)],
  };
  return [
    mergeHeads(c, attend(c, scores, values.all)),
    c.used(1) ? keys.present : null,
    c.used(2) ? values.present : null,
    c.used(3) ? attentionScores(c, scores) : null,
  ];
}

/** The past and the new states, and what the cache holds afterwards. */
function joined(c: RewriteContext, at: Places, i: 0 | 1, fresh: string, shared: boolean): { all: string; present: string } {
  const past = c.input(at.pastKey + i);
  if (past === '') return { all: fresh, present: fresh };
  const concat = (...parts: string[]): string => c.op('Concat', parts, { axis: 2 });
  const length = c.input(at.pastLength);
  if (!shared || length === '') {
    const all = concat(past, fresh);
    return { all, present: all };
  }
  // The cache is longer than what it holds: the new state goes behind its first `length` rows.
  const end = c.op('Reshape', [c.op('Cast', [length], { to: 7 }), c.vector([1])]);
  const rows = (from: string, to: string): string => c.op('Slice', [past, from, to, c.vector([2])]);
  const all = concat(rows(c.vector([0]), end), fresh);
  const after = c.op('Add', [end, sizes(c, fresh, 2, 3)]);
  return { all, present: c.used(1 + i) ? concat(all, rows(after, c.vector([Number.MAX_SAFE_INTEGER]))) : '' };
}

function projections(c: RewriteContext, at: Places): Projections {
  const heads = count(c, 'num_heads');
  const [q, k, v] = [c.input(0), c.input(1), c.input(2)];
  const [biasQ, biasK, biasV] = biases(c, at, heads);
  const plus = (x: string, bias: string): string => (bias === '' ? x : c.op('Add', [x, bias]));
  // [b, s, n, m, h] → the i-th of m, [b, n, s, h]
  const unpacked = (x: string, i: number): string =>
    c.op('Transpose', [c.op('Gather', [x, c.constant('int64', [i], [])], { axis: 3 })], { perm: [0, 2, 1, 3] });
  if (k === '') {
    if (c.rank(q) === 5)
      return { query: plus(unpacked(q, 0), biasQ), key: plus(unpacked(q, 1), biasK), value: plus(unpacked(q, 2), biasV) };
    const [a, b, d] = c.ops('Split', [q], 3, { axis: 2, num_outputs: 3 }).map((part) => splitHeads(c, part, heads));
    return { query: plus(a!, biasQ), key: plus(b!, biasK), value: plus(d!, biasV) };
  }
  const query = plus(splitHeads(c, q, heads), biasQ);
  const rank = c.rank(k);
  if (rank === 5) return { query, key: unpacked(k, 0), value: unpacked(k, 1) };
  if (rank === 4) return { query, key: k, value: v };
  return { query, key: plus(splitHeads(c, k, heads), biasK), value: plus(splitHeads(c, v, heads), biasV) };
}

/** The three parts of the bias, as [n, 1, h]; '' where there is none. */
function biases(c: RewriteContext, at: Places, heads: number): readonly string[] {
  const bias = c.input(at.bias);
  if (bias === '') return ['', '', ''];
  const shaped = (part: string): string => c.op('Reshape', [part, c.vector([heads, 1, -1])]);
  const [k, v] = [c.input(1), c.input(2)];
  if (k === '' || v === '') return c.ops('Split', [bias], 3, { axis: 0, num_outputs: 3 }).map(shaped);
  const width = sizes(c, c.input(0), 2, 3);
  // Where keys and values come as [b, n, l, h] they have no bias, but it may hold their (unused) places.
  if (c.rank(k) === 4) return [shaped(c.op('Slice', [bias, c.vector([0]), width, c.vector([0])])), '', ''];
  const parts = c.op('Concat', [width, width, sizes(c, v, 2, 3)], { axis: 0 });
  return c.ops('Split', [bias, parts], 3, { axis: 0 }).map(shaped);
}
