import type { Rewrite } from '../../rewrite/context.js';
import { counting, sizes } from './heads.js';
import { rotate } from './rotate.js';

/** Rotary position embedding of [b, s, n h] or [b, n, s, h]. Source: ONNX Runtime, contrib_ops/cpu/bert/rotary_embedding.cc. */
export const RotaryEmbedding: Rewrite = (c) => {
  const [x, ids, cosCache, sinCache] = [c.input(0), c.input(1), c.input(2), c.input(3)];
  const flat = c.rank(x) === 3;
  const part = c.int('rotary_embedding_dim', 0);
  const heads = c.int('num_heads', 0);
  const half = c.shape(cosCache)?.[1];
  if (flat && heads === 0 && typeof half !== 'number')
    c.refuse('neither num_heads nor the size of its cosine table is known.', 'State the shape of the table in the value_info.');
  const shaped = !flat ? x : c.op('Reshape', [x, c.vector(heads > 0 ? [0, 0, heads, -1] : [0, 0, -1, 2 * (half as number)])]);
  const sequence = flat ? 1 : 2;
  const angles = (table: string): string => {
    if (c.rank(ids) === 2) return c.op('Unsqueeze', [c.op('Gather', [table, ids]), c.vector([3 - sequence])]);
    const positions = c.op('Add', [c.op('Reshape', [ids, c.vector([1])]), counting(c, sizes(c, x, sequence, sequence + 1))]);
    const found = c.op('Gather', [table, positions]);
    return flat ? c.op('Unsqueeze', [found, c.vector([1])]) : found;
  };
  const size = c.shape(shaped)?.[3];
  const turned = part === 0 || part === size ? null : part;
  const y = rotate(c, shaped, angles(cosCache), angles(sinCache), { interleaved: c.int('interleaved', 0) === 1, turned });
  return [flat ? c.op('Reshape', [y, c.op('Shape', [x])]) : y];
};
