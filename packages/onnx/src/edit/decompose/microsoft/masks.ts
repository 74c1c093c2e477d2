import type { RewriteContext } from '../../rewrite/context.js';
import { column, counting, int64, row, sizes } from './heads.js';

const LOWEST = -3.4028234663852886e38;

/** What a mask is made from. */
export interface MaskParts {
  /** Which keys may be seen: its rank says how (see {@link paddingMask}); '' for all. */
  readonly mask: string;
  /** Whether nobody sees keys behind its own position. */
  readonly causal: boolean;
  /** [b, n, s, h] */
  readonly query: string;
  /** [b, n, t, h] */
  readonly key: string;
}

/**
 * What to add to scores [b, n, s, t]; '' for nothing. As in ONNX Runtime's CPU kernels padding is `mask_filter_value` and what
 * causality hides is the lowest number in its place. Source: contrib_ops/cpu/bert/attention_helper.h, PrepareMask.
 */
export function additiveMask(c: RewriteContext, parts: MaskParts): string {
  const padding = parts.mask === '' ? '' : paddingMask(c, parts);
  if (!parts.causal) return padding;
  const visible = causalVisibility(c, sizes(c, parts.query, 2, 3), sizes(c, parts.key, 2, 3));
  return c.op('Where', [
    visible,
    padding === '' ? c.scalar(0, parts.query) : padding,
    c.scalar(lowest(c, parts.query), parts.query),
  ]);
}

function lowest(c: RewriteContext, like: string): number {
  return c.dtype(like) === 'float16' ? -65504 : LOWEST;
}

/** [s, t]: whether the query at the end of all positions sees a key. */
function causalVisibility(c: RewriteContext, queries: string, keys: string): string {
  const position = c.op('Add', [counting(c, queries), c.op('Sub', [keys, queries])]);
  return c.op('LessOrEqual', [row(c, counting(c, keys)), column(c, position)]);
}

/**
 * 0 where a key may be seen and `mask_filter_value` elsewhere. Rank 1: lengths of the b sequences, where 2 b numbers are given
 * their starts follow; rank 2: [b, t] of truth values; rank 3: [b, s, t].
 */
function paddingMask(c: RewriteContext, { mask, query, key }: MaskParts): string {
  const rank = c.rank(mask);
  const filter = c.scalar(c.float('mask_filter_value', -10000), query);
  const zero = c.scalar(0, query);
  if (rank === 1) return c.op('Where', [withinLengths(c, mask, query, key), zero, filter]);
  // One column stands for all keys: the same number everywhere changes no softmax.
  if (rank === 2 && c.shape(mask)![1] === 1) return '';
  if (rank > 3)
    c.refuse(
      'its mask has four axes.',
      'Give a mask of [batch, sequence, total] or [batch, total]; ONNX Runtime has no CPU kernel, either.',
    );
  const seen = c.op('Greater', [mask, c.scalar(0, mask)]);
  return c.op('Where', [c.op('Unsqueeze', [seen, c.vector(rank === 2 ? [1, 2] : [1])]), zero, filter]);
}

/** [b, 1, 1, t] */
function withinLengths(c: RewriteContext, mask: string, query: string, key: string): string {
  const [count] = c.shape(mask)!;
  const batch = c.shape(query)?.[0] ?? null;
  const starts = typeof count === 'number' && typeof batch === 'number' && count === 2 * batch;
  if (!starts && (count === null || (count !== batch && (typeof count !== 'number' || typeof batch !== 'number'))))
    c.refuse(
      `its mask of one axis has ${count ?? 'an unknown number of'} elements for a batch of ${batch ?? 'unknown size'}, and what they mean depends on that.`,
      'State these sizes (`shapes`).',
    );
  const positions = counting(c, sizes(c, key, 2, 3));
  const size = sizes(c, query, 0, 1);
  const part = (from: string, to: string): string => column(c, int64(c, c.op('Slice', [mask, from, to, c.vector([0])])));
  const before = c.op('Less', [positions, part(c.vector([0]), size)]);
  const seen = starts
    ? c.op('And', [before, c.op('GreaterOrEqual', [positions, part(size, c.op('Add', [size, size]))])])
    : before;
  return c.op('Unsqueeze', [seen, c.vector([1, 2])]);
}
