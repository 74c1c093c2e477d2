import { describe, it } from 'vitest';
import { checkFused, type FusedCase } from '../../../testing/fused.node.js';

const int64 = (dims: readonly number[], data: readonly number[]) => ({ dims, data, dtype: 'int64' as const });

describe('RotaryEmbedding', () => {
  const op = 'RotaryEmbedding';
  const ids = int64([2, 3], [0, 1, 2, 5, 4, 3]);
  const table = [8, 4];
  it.each<[string, FusedCase]>([
    ['positions of each token', { op, inputs: [[2, 3, 16], ids, table, table] }],
    ['a first position', { op, inputs: [[2, 3, 16], int64([1], [4]), table, table] }],
    ['interleaved', { op, inputs: [[2, 3, 16], ids, table, table], attributes: { interleaved: 1 } }],
    ['heads before the sequence', { op, inputs: [[2, 2, 3, 8], ids, table, table] }],
    ['heads before the sequence, a first position', { op, inputs: [[2, 2, 3, 8], int64([1], [4]), table, table] }],
    [
      'a part of each head',
      { op, inputs: [[2, 3, 24], ids, table, table], attributes: { num_heads: 2, rotary_embedding_dim: 8 } },
    ],
    [
      'a part of each head, interleaved, heads first',
      { op, inputs: [[2, 2, 3, 12], ids, table, table], attributes: { num_heads: 2, rotary_embedding_dim: 8, interleaved: 1 } },
    ],
    [
      'the whole of each head, named',
      { op, inputs: [[2, 3, 16], ids, table, table], attributes: { num_heads: 2, rotary_embedding_dim: 8 } },
    ],
    ['a scale, which the kernel does not read', { op, inputs: [[2, 3, 16], ids, table, table], attributes: { scale: 0.5 } }],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });
});
