import { codeOf, dataTypeOf } from '../../../proto/dataTypes.js';
import type { Rewrite, RewriteContext } from '../../rewrite/context.js';
import { shapeOf } from '../../rewrite/shapes.js';
import { mergeHeads, sizes, splitHeads } from '../microsoft/heads.js';
import { rotate } from '../microsoft/rotate.js';
import { allowedKeys, type Mask } from './masks.js';

/**
 * Scaled dot-product attention with heads of keys shared by groups of queries, past keys, masks, causality, windows and a cap.
 *
 * Source: the ONNX specification, Attention-23 to 25; onnx/onnx onnx/reference/ops/op_attention.py.
 */
export const Attention: Rewrite = (c) => {
  const flat = c.rank(c.input(0)) === 3;
  const heads = (i: number, attribute: string): string =>
    c.rank(c.input(i)) === 3 ? splitHeads(c, c.input(i), c.int(attribute, 0)) : c.input(i);
  const query = heads(0, 'q_num_heads');
  const key = joined(c, c.input(4), heads(1, 'kv_num_heads'));
  const value = joined(c, c.input(5), heads(2, 'kv_num_heads'));
  const groups = grouping(c, query, key);

  const scaled = c.op('Mul', [query, scale(c, query)]);
  const product = groups.apart(c.op('MatMul', [groups.together(scaled), c.op('Transpose', [key], { perm: [0, 1, 3, 2] })]));
  const capped = cap(c, product);
  const mask = allowedKeys(c, query, key);
  const masked = mask.bias === '' ? capped : c.op('Add', [capped, mask.bias]);
  const probabilities = softmax(c, masked, mask);
  const used = c.dtype(value) === c.dtype(probabilities) ? probabilities : castTo(c, probabilities, c.dtype(value));
  const y = groups.apart(c.op('MatMul', [groups.together(used), value]));
  const typed = c.dtype(y) === c.dtype(query) ? y : castTo(c, y, c.dtype(query));
  const scores = [product, capped, closed(c, masked, mask, Number.NEGATIVE_INFINITY), probabilities];
  return [flat ? mergeHeads(c, typed) : typed, key, value, c.used(3) ? scores[c.int('qk_matmul_output_mode', 0)]! : null];
};

/** Rotary position embedding of [b, s, n h] or [b, n, s, h]. Source: the ONNX specification, RotaryEmbedding-23. */
export const RotaryEmbedding: Rewrite = (c) => {
  const [x, cosines, sines, positions] = [c.input(0), c.input(1), c.input(2), c.input(3)];
  const flat = c.rank(x) === 3;
  const shaped = flat ? c.op('Reshape', [x, c.vector([0, 0, c.int('num_heads', 0), -1])]) : x;
  const angles = (table: string): string =>
    c.op('Unsqueeze', [positions === '' ? table : c.op('Gather', [table, positions]), c.vector([flat ? 2 : 1])]);
  const part = c.int('rotary_embedding_dim', 0);
  const turned = part === 0 || part === c.shape(shaped)?.[3] ? null : part;
  const y = rotate(c, shaped, angles(cosines), angles(sines), { interleaved: c.int('interleaved', 0) === 1, turned });
  return [flat ? c.op('Reshape', [y, shapeOf(c, x)]) : y];
};

function joined(c: RewriteContext, past: string, fresh: string): string {
  return past === '' ? fresh : c.op('Concat', [past, fresh], { axis: 2 });
}

/** The attribute, or 1 / √(head size). */
function scale(c: RewriteContext, query: string): string {
  const size = c.shape(query)?.[3];
  if (c.node.attributes.scale !== undefined) return c.scalar(c.float('scale', 1), query);
  if (typeof size === 'number') return c.scalar(1 / Math.sqrt(size), query);
  const head = c.op('Squeeze', [sizes(c, query, 3, 4), c.vector([0])]);
  return c.op('Reciprocal', [c.op('Sqrt', [castTo(c, head, c.dtype(query))])]);
}

function cap(c: RewriteContext, scores: string): string {
  const limit = c.float('softcap', 0);
  if (limit <= 0) return scores;
  const bound = c.scalar(limit, scores);
  return c.op('Mul', [c.op('Tanh', [c.op('Div', [scores, bound])]), bound]);
}

/**
 * Queries of g heads share the keys of one: they are laid below each other, [b, n, s, h] → [b, n/g, g s, h], so that keys need not
 * be repeated.
 */
function grouping(c: RewriteContext, query: string, key: string): { together(x: string): string; apart(x: string): string } {
  const [queries, keys] = [c.shape(query)?.[1], c.shape(key)?.[1]];
  if (queries != null && queries === keys) return { together: (x) => x, apart: (x) => x };
  const wanted = (name: string, x: string, size: unknown): string => {
    const stated = c.int(name, typeof size === 'number' ? size : 0);
    return stated > 0 ? c.vector([stated]) : sizes(c, x, 1, 2);
  };
  const [wide, narrow] = [wanted('q_num_heads', query, queries), wanted('kv_num_heads', key, keys)];
  return {
    together: (x) => {
      const shape = c.op('Concat', [c.vector([0]), narrow, c.vector([-1]), sizes(c, x, 3, 4)], { axis: 0 });
      return c.op('Reshape', [x, shape]);
    },
    apart: (x) => {
      const shape = c.op('Concat', [c.vector([0]), wide, sizes(c, query, 2, 3), sizes(c, x, 3, 4)], { axis: 0 });
      return c.op('Reshape', [x, shape]);
    },
  };
}

/** Over the keys; a query that sees no key at all gets zeros. */
function softmax(c: RewriteContext, scores: string, mask: Mask): string {
  const own = c.dtype(scores);
  const wanted = dataTypeOf(c.int('softmax_precision', codeOf(own))) ?? own;
  const finite = closed(c, scores, mask, own === 'float16' ? -65504 : -3.4028234663852886e38);
  const given = wanted === own ? finite : castTo(c, finite, wanted);
  const open = c.op('Softmax', [given], { axis: -1 });
  const typed = wanted === own ? open : castTo(c, open, own);
  return mask.allowed === '' ? typed : c.op('Where', [mask.allowed, typed, c.scalar(0, typed)]);
}

/** The scores where keys may be seen, and a number elsewhere. */
function closed(c: RewriteContext, scores: string, mask: Mask, number: number): string {
  return mask.allowed === '' ? scores : c.op('Where', [mask.allowed, scores, c.scalar(number, scores)]);
}

function castTo(c: RewriteContext, x: string, dtype: Parameters<typeof codeOf>[0]): string {
  return c.op('Cast', [x], { to: codeOf(dtype) });
}
