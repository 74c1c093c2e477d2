import type { DecoderCard } from '@incognita/workspace/schema';

const WITH_HEADS = /^(q|k|v|z|attn_scores|attn_probs)\.(\d+)$/;

/** Which head of a point a head of queries reads (keys and values may have fewer heads than queries); undefined for points without heads. */
export function headOf(
  { heads, points }: Pick<DecoderCard, 'heads' | 'points'>,
  point: string,
  head: number,
): number | undefined {
  const match = WITH_HEADS.exec(point);
  if (match === null) return undefined;
  const queries = heads[Number(match[2])];
  const about = points[point];
  const own = about !== undefined && 'heads' in about ? about.heads : null;
  return own === null || queries === null || queries === undefined ? head : Math.floor((head * own) / queries);
}
