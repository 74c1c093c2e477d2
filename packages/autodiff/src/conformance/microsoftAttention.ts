import { float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { contributed } from './microsoft.js';
import type { Case, Generator } from './problem.js';

type Drawn = Omit<Case, 'op' | 'domain'>;

const int32 = (data: readonly number[], dims: readonly number[]) => ({ data: Int32Array.from(data), dims });

/** Projections, a mask of keys, and a past. */
function attention(draw: Draw): Drawn {
  const [b, s, heads, size] = [draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 2), 4];
  const width = heads * size;
  const past = draw.chance() ? [2, b, heads, 2, size] : '';
  const total = s + (past === '' ? 0 : 2);
  // The last key of all is always seen.
  const seen = (i: number): number => (i % total === total - 1 || draw.chance(0.7) ? 1 : 0);
  const mask = draw.chance()
    ? int32(
        draw.times(b * total, (i) => seen(i)),
        [b, total],
      )
    : '';
  return {
    inputs: [[b, s, 3], [3, 3 * width], [3 * width], mask, past],
    attributes: { num_heads: heads, unidirectional: draw.integer(0, 1) },
    outputs: 2,
    of: draw.chance() ? [0, 1] : [0],
    symbolic: false,
  };
}

/** Query, key and value with bias, an added bias and a past. */
function multiHead(draw: Draw): Drawn {
  const [b, s, heads, size] = [draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 2), 4];
  const past = draw.chance() ? [b, heads, 2, size] : '';
  const length = past === '' ? draw.integer(1, 4) : s;
  const total = length + (past === '' ? 0 : 2);
  const width = heads * size;
  const added = draw.chance() ? [draw.pick([1, b]), draw.pick([1, heads]), s, total] : '';
  const bias = draw.chance() ? [3 * width] : '';
  return {
    inputs: [[b, s, width], [b, length, width], [b, length, width], bias, '', added, past, past],
    attributes: { num_heads: heads, ...(length === s && { unidirectional: draw.integer(0, 1) }) },
    outputs: 3,
    of: past !== '' ? [0, 1, 2] : [0],
    symbolic: false,
  };
}

/** Shared heads of keys, a cache longer than what it holds, rotation, a window and a soft cap. */
function groupQuery(draw: Draw): Drawn {
  const [b, kvHeads, group, size] = [draw.integer(1, 2), draw.integer(1, 2), draw.integer(1, 2), 16];
  const cached = draw.chance();
  const s = cached ? 1 : draw.integer(1, 3);
  const cache = cached ? [b, kvHeads, 4, size] : '';
  const filled = cached ? draw.integer(1, 3) : 0;
  const rotates = draw.chance();
  const table = rotates ? { floats: [...draw.noise([8, 8]).data], dims: [8, 8] } : '';
  const heads = kvHeads * group;
  const total = filled + s;
  const lengths = int32(new Array<number>(b).fill(total - 1), [b]);
  const qkv = [
    [b, s, heads * size],
    [b, s, kvHeads * size],
    [b, s, kvHeads * size],
  ] as const;
  const packed = [[b, s, (heads + 2 * kvHeads) * size], '', ''] as const;
  return {
    inputs: [...(draw.chance() ? packed : qkv), cache, cache, lengths, int32([total], [1]), table, table],
    attributes: {
      num_heads: heads,
      kv_num_heads: kvHeads,
      do_rotary: Number(rotates),
      rotary_interleaved: draw.integer(0, 1),
      local_window_size: draw.pick([-1, 2]),
      softcap: float(draw.pick([0, 1.5])),
      smooth_softmax: draw.integer(0, 1),
    },
    outputs: 3,
    of: draw.chance() ? [0, 1, 2] : [0],
    symbolic: false,
  };
}

/** Attention operators of the domain com.microsoft. */
export const microsoftAttention: Readonly<Record<string, Generator>> = contributed({
  Attention: attention,
  GroupQueryAttention: groupQuery,
  MultiHeadAttention: multiHead,
});
