import type { StepsAnswer } from '@incognita/workspace/schema';

/** How slices may be sorted: by what they add here, by the size of their weights, by number. */
export const SLICE_ORDERS = { contribution: 'what they add here', weight: 'size of their weights', number: 'number' } as const;
export type SliceOrder = keyof typeof SLICE_ORDERS;

/** Numbers of the slices (from 0 within the group), largest first. */
export function rankSlices({ slices, rows, columns, sums, weights }: StepsAnswer, order: SliceOrder): number[] {
  const size = rows * columns;
  const all = Array.from({ length: slices }, (_, i) => i);
  if (order === 'number') return all;
  const key = all.map((slice) => {
    if (order === 'contribution') return Math.abs(sums[slice]!);
    let sum = 0;
    for (let k = slice * size; k < (slice + 1) * size; k++) sum += weights[k]! ** 2;
    return sum;
  });
  return all.sort((a, b) => key[b]! - key[a]! || a - b);
}

/** The layer and channel that a slice is, where that is known. */
export function sliceOrigin(
  { sources, firstSlice }: Pick<StepsAnswer, 'sources' | 'firstSlice'>,
  slice: number,
): { layer: string; channel: number } | null {
  const at = firstSlice + slice;
  const source = sources.find(({ first, count }) => at >= first && at < first + count);
  return source === undefined ? null : { layer: source.layer, channel: source.channel + at - source.first };
}
