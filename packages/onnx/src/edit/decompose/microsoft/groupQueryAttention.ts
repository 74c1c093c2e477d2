import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { count } from './count.js';
import { column, counting, int64, mergeHeads, repeatHeads, sizes, splitHeads } from './heads.js';
import { rootMeanSquare } from './rms.js';
import { rotate } from './rotate.js';
import { attentionScores } from './scaledAttention.js';

/** Where the new tokens stand: all int64. */
interface Positions {
  /** [b, 1]: rows of the cache that are filled. */
  readonly past: string;
  /** [b, 1]: those and the new ones, without padding. */
  readonly total: string;
  /** [s] */
  readonly steps: string;
}

const HIDDEN = 2 ** 40;

/**
 * Causal attention with fewer heads of keys and values, a cache, and rotary positions. A cache may be longer than what it
 * holds (`seqlens_k` says how much) or exactly as long: the keys of the cache and the new ones are joined as they lie, and the
 * mask knows the position of each, so that only the `present` outputs have to be put in order.
 *
 * Source: ONNX Runtime, contrib_ops/cpu/bert/gqa_attention_base.h.
 */
export const GroupQueryAttention: Rewrite = (c) => {
  refuseUnknown(c);
  const heads = count(c, 'num_heads');
  const kvHeads = count(c, 'kv_num_heads');
  if (heads % kvHeads !== 0) c.refuse(`its ${heads} heads do not share ${kvHeads} heads of keys.`, 'The file is damaged.');
  const raw = projections(c, heads, kvHeads);
  const steps = counting(c, sizes(c, raw.query, 2, 3));
  const total = c.op('Add', [column(c, c.op('Reshape', [int64(c, c.input(5)), c.vector([-1])])), c.vector([1])]);
  const past = c.op('Max', [c.op('Sub', [total, sizes(c, raw.query, 2, 3)]), c.vector([0])]);
  const positions: Positions = { past, total, steps };
  const query = turned(c, normalized(c, raw.query, 14), positions);
  const newKey = turned(c, normalized(c, raw.key, 15), positions);
  const join = (i: number, fresh: string): string =>
    c.input(i) === '' ? fresh : c.op('Concat', [c.input(i), fresh], { axis: 2 });
  const [key, value] = [join(3, newKey), join(4, raw.value)];
  const where = keyPositions(c, positions);
  const scores = attentionScores(c, {
    query,
    key: repeatHeads(c, key, heads / kvHeads),
    masks: [bias(c, where, query), visibility(c, where, positions, query)],
    softcap: c.float('softcap', 0),
  });
  const weights = smoothSoftmax(c, scores, heads);
  const y = mergeHeads(c, c.op('MatMul', [weights, repeatHeads(c, value, heads / kvHeads)]));
  const present = (i: 1 | 2, all: string): string | null => (c.used(i) ? inOrder(c, i, all, positions) : null);
  return [y, present(1, key), present(2, value), null];
};

function refuseUnknown(c: RewriteContext): void {
  if (c.used(3)) c.refuse('its scores (output_qk) are read.', 'Read them from a model that is not fused.');
  if (c.int('sliding_window_cache', 0) !== 0) c.refuse('its cache holds a window only.', 'Export the model with a full cache.');
  for (const name of ['k_quant_type', 'v_quant_type'])
    if (c.string(name, 'NONE') !== 'NONE') c.refuse('its cache is quantised.', 'Export the model with a float cache.');
  const key = c.input(1);
  if (key !== '' && c.shape(key)?.[1] === 0)
    c.refuse('it reads only the cache of another layer.', 'Use a model that is not fused.');
}

/** Query, key and value as [b, n, s, h]. */
function projections(c: RewriteContext, heads: number, kvHeads: number): { query: string; key: string; value: string } {
  if (c.input(1) !== '')
    return {
      query: splitHeads(c, c.input(0), heads),
      key: splitHeads(c, c.input(1), kvHeads),
      value: splitHeads(c, c.input(2), kvHeads),
    };
  const packed = splitHeads(c, c.input(0), heads + 2 * kvHeads);
  const [query, key, value] = c.ops('Split', [packed, c.vector([heads, kvHeads, kvHeads])], 3, { axis: 1 });
  return { query: query!, key: key!, value: value! };
}

/** RMS normalization of each head where a weight is given. */
function normalized(c: RewriteContext, x: string, weight: number): string {
  if (c.input(weight) === '') return x;
  return c.op('Mul', [rootMeanSquare(c, x, [-1], c.float('qk_norm_epsilon', 1e-6)).y, c.input(weight)]);
}

function turned(c: RewriteContext, x: string, at: Positions): string {
  if (c.int('do_rotary', 0) !== 1) return x;
  const positions = positionIds(c, x, at);
  const angles = (i: number): string => c.op('Unsqueeze', [c.op('Gather', [c.input(i), positions]), c.vector([1])]);
  const half = c.shape(c.input(7))?.[1];
  const size = c.shape(x)?.[3];
  if (typeof half !== 'number')
    c.refuse('the size of its cosine table is not known.', 'State its shape in the value_info of the model.');
  const part = 2 * (half as number) === size ? null : 2 * (half as number);
  return rotate(c, x, angles(7), angles(8), { interleaved: c.int('rotary_interleaved', 0) === 1, turned: part });
}

/** [b, s]; of ids that are given the kernel reads only the first one in a first prompt, and counts on from it. */
function positionIds(c: RewriteContext, x: string, { past, steps }: Positions): string {
  const ids = c.input(9);
  if (ids === '') return c.op('Add', [past, steps]);
  const prompt = c.op('Equal', [int64(c, totalLength(c)), sizes(c, x, 2, 3)]);
  const first = c.op('Slice', [ids, c.vector([0, 0]), c.vector([1, 1]), c.vector([0, 1])]);
  return c.op('Where', [prompt, c.op('Add', [first, steps]), ids]);
}

const totalLength = (c: RewriteContext): string => c.op('Reshape', [int64(c, c.input(6)), c.vector([1])]);

/** [b, p + s]: the position of each key; what the cache does not hold yet is far away. */
function keyPositions(c: RewriteContext, { past, steps }: Positions): string {
  const fresh = c.op('Add', [past, steps]);
  if (c.input(3) === '') return fresh;
  const rows = counting(c, sizes(c, c.input(3), 2, 3));
  const cached = c.op('Where', [c.op('Less', [rows, past]), rows, c.constant('int64', [HIDDEN], [])]);
  return c.op('Concat', [cached, fresh], { axis: 1 });
}

/** 0 for the keys that a query sees and the lowest number for others: [b, 1, s, p + s]. */
function visibility(c: RewriteContext, where: string, { past, total, steps }: Positions, query: string): string {
  const keys = c.op('Unsqueeze', [where, c.vector([1, 2])]);
  // [b, 1, s, 1]: the first position that a query does not see.
  const apart = (x: string): string => c.op('Unsqueeze', [x, c.vector([1, 3])]);
  const causal = c.int('causal', 1) !== 0;
  const reach = causal ? c.op('Min', [c.op('Add', [c.op('Add', [past, steps]), c.vector([1])]), total]) : total;
  const end = apart(reach);
  const window = c.int('local_window_size', -1);
  let seen = c.op('Less', [keys, end]);
  if (window >= 0) seen = c.op('And', [seen, c.op('GreaterOrEqual', [keys, c.op('Sub', [end, c.vector([window])])])]);
  const lowest = c.dtype(query) === 'float16' ? -65504 : -3.4028234663852886e38;
  return c.op('Where', [seen, c.scalar(0, query), c.scalar(lowest, query)]);
}

/** The attention bias in the order of the keys. */
function bias(c: RewriteContext, where: string, query: string): string {
  const given = c.input(10);
  if (given === '' || c.input(3) === '') return given;
  const last = c.op('Sub', [sizes(c, given, 3, 4), c.vector([1])]);
  const index = c.op('Unsqueeze', [c.op('Min', [where, last]), c.vector([1, 2])]);
  const around = c.op('Concat', [sizes(c, query, 0, 1), sizes(c, given, 1, 3)], { axis: 0 });
  const expanded = (x: string): string => c.op('Expand', [x, c.op('Concat', [around, sizes(c, x, 3, 4)], { axis: 0 })]);
  return c.op('GatherElements', [expanded(given), expanded(index)], { axis: 3 });
}

/** softmax, with exp(sink) added to the denominator where asked for. */
function smoothSoftmax(c: RewriteContext, scores: string, heads: number): string {
  const sink = c.input(11);
  if (sink === '' && c.int('smooth_softmax', 0) !== 1) return c.op('Softmax', [scores], { axis: -1 });
  const logit = sink === '' ? c.scalar(0, scores) : c.op('Reshape', [sink, c.vector([heads, 1, 1])]);
  const one = c.op('Expand', [logit, c.op('Concat', [sizes(c, scores, 0, 3), c.vector([1])], { axis: 0 })]);
  const weights = c.op('Softmax', [c.op('Concat', [scores, one], { axis: 3 })], { axis: -1 });
  return c.op('Slice', [weights, c.vector([0]), c.vector([-1]), c.vector([3])]);
}

/** Cache and new states by position, zeros behind them: [b, n, max(total, p), h]. */
function inOrder(c: RewriteContext, i: 1 | 2, all: string, { past }: Positions): string {
  const cache = c.input(2 + i);
  if (cache === '') return all;
  const length = sizes(c, cache, 2, 3);
  const fresh = c.op('Sub', [sizes(c, all, 2, 3), length]);
  const rows = counting(c, c.op('Max', [length, totalLength(c)]));
  const last = c.op('Sub', [c.op('Add', [length, fresh]), c.vector([1])]);
  const behind = c.op('Min', [c.op('Add', [length, c.op('Sub', [rows, past])]), last]);
  const source = c.op('Where', [c.op('Less', [rows, past]), rows, behind]);
  // The rows of all sequences one behind the other, so that one Gather takes them.
  const joined = sizes(c, all, 2, 3);
  const tail = c.op('Concat', [c.vector([-1]), sizes(c, all, 1, 2), sizes(c, all, 3, 4)], { axis: 0 });
  const byRow = c.op('Reshape', [c.op('Transpose', [all], { perm: [0, 2, 1, 3] }), tail]);
  const starts = c.op('Mul', [column(c, counting(c, sizes(c, all, 0, 1))), joined]);
  const ordered = c.op('Gather', [byRow, c.op('Add', [source, starts])]);
  const filled = c.op('Unsqueeze', [c.op('Less', [rows, c.op('Add', [past, fresh])]), c.vector([2, 3])]);
  const kept = c.op('Where', [filled, ordered, c.scalar(0, all)]);
  return c.op('Transpose', [kept], { perm: [0, 2, 1, 3] });
}
