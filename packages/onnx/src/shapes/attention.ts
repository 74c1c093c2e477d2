import type { Dim, TensorType } from '../types.js';
import type { RuleContext, ShapeRule } from './context.js';

const ranked = (like: TensorType | null, shape: readonly Dim[]): TensorType | null =>
  like === null ? null : { dtype: like.dtype, shape };

/** Attention (23): Y in the form of Q, present keys and values, and the scores [b, n, s, t]. */
export const attention: ShapeRule = (c) => {
  const [q, k, v] = [c.shape(0), c.shape(1), c.shape(2)];
  if (q === null || k === null || v === null) return [c.type(0)];
  const [queries, keys] = [c.int('q_num_heads', 0), c.int('kv_num_heads', 0)];
  const heads = (shape: readonly Dim[], count: number): Dim[] =>
    shape.length === 4 ? [...shape] : [shape[0]!, count, shape[1]!, c.dims.floorDiv(shape[2]!, count || null)];
  const [query, key, value] = [heads(q, queries), heads(k, keys), heads(v, keys)];
  const total = c.dims.add(key[2]!, c.node.inputs[4] ? (c.shape(4)?.[2] ?? null) : 0);
  const present = (shape: readonly Dim[]): Dim[] => [shape[0]!, shape[1]!, total, shape[3]!];
  const y = q.length === 4 ? [...query.slice(0, 3), value[3]!] : [q[0]!, q[1]!, c.dims.mul(queries, value[3]!)];
  return [
    ranked(c.type(0), y),
    ranked(c.type(1), present(key)),
    ranked(c.type(2), present(value)),
    ranked(c.type(0), [query[0]!, query[1]!, query[2]!, total]),
  ];
};

/** com.microsoft.Attention: Y [b, s, width of values] and the present [2, b, n, t, h]. */
export const mergedAttention: ShapeRule = (c) => {
  const x = c.shape(0);
  const heads = c.int('num_heads', 0);
  const widths = c.ints('qkv_hidden_sizes');
  const all = c.shape(1)?.[1] ?? null;
  const width = widths?.[2] ?? c.dims.floorDiv(all, 3);
  if (x === null) return [c.type(0)];
  const total = c.dims.add(x[1]!, c.node.inputs[4] ? (c.shape(4)?.[3] ?? null) : 0);
  const present = [2, x[0]!, heads, total, c.dims.floorDiv(width, heads || null)];
  return [ranked(c.type(0), [x[0]!, x[1]!, width]), ranked(c.type(0), present)];
};

/** com.microsoft.MultiHeadAttention: values are [b, t, width], [b, n, t, h], or packed with the queries. */
export const multiHeadAttention: ShapeRule = (c) => {
  const [q, k, v] = [c.shape(0), c.shape(1), c.shape(2)];
  const heads = c.int('num_heads', 0);
  if (q === null) return [c.type(0)];
  if (q.length === 5 || k === null || k.length === 5) {
    const width = q.length === 5 ? c.dims.mul(q[2]!, q[4]!) : q[2]!;
    return [ranked(c.type(0), [q[0]!, q[1]!, width])];
  }
  const width = v === null ? q[2]! : v.length === 4 ? c.dims.mul(v[1]!, v[3]!) : v[2]!;
  const fresh = k.length === 4 ? k[2]! : k[1]!;
  const total = c.dims.add(fresh, c.node.inputs[6] ? (c.shape(6)?.[2] ?? null) : 0);
  const present = (hidden: Dim): TensorType | null =>
    ranked(c.type(0), [q[0]!, heads, total, c.dims.floorDiv(hidden, heads || null)]);
  return [ranked(c.type(0), [q[0]!, q[1]!, width]), present(q[2]!), present(width)];
};

/** com.microsoft.GroupQueryAttention: queries of n heads, or packed with keys and values of fewer. */
export const groupQueryAttention: ShapeRule = (c) => {
  const q = c.shape(0);
  const [heads, shared] = [c.int('num_heads', 0), c.int('kv_num_heads', 0)];
  if (q === null) return [c.type(0)];
  const packed = (c.node.inputs[1] ?? '') === '';
  const size = c.dims.floorDiv(q[2]!, (packed ? heads + 2 * shared : heads) || null);
  const past = c.shape(3);
  const present = ranked(c.type(0), [q[0]!, shared, past === null ? null : presentLength(c, past[2]!, q[1]!), size]);
  return [ranked(c.type(0), [q[0]!, q[1]!, c.dims.mul(heads, size)]), present, present];
};

/** How long the present is depends on a number of the data, unless there is no past. */
function presentLength(c: RuleContext, past: Dim, fresh: Dim): Dim {
  return past === 0 ? fresh : (c.value(6)?.data[0] ?? null);
}
