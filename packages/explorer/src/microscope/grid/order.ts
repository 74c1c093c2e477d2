import type { ChannelRow } from '@incognita/workspace/schema';

/** The ways to sort channels. */
export const ORDERS = ['index', 'active', 'strength', 'standout', 'trust'] as const;
export type Order = (typeof ORDERS)[number];

/** What each order sorts by, for people. */
export const ORDER_NAMES: Readonly<Record<Order, string>> = {
  index: 'number',
  active: 'how often active',
  strength: 'strongest value',
  standout: 'how far the strongest stands out',
  trust: 'trust in the image',
};

/**
 * How many standard deviations the strongest value lies above the mean: large for a channel that few things excite.
 * A channel that never changes has 0.
 */
export function standout({ max, mean, deviation }: ChannelRow): number {
  return deviation > 0 ? (max - mean) / deviation : 0;
}

/** Channels in an order, largest first but for their numbers; ties by number. `trust` by channel; those without an image come last. */
export function orderChannels(rows: readonly ChannelRow[], order: Order, trust: ReadonlyMap<number, number>): number[] {
  const key: Readonly<Record<Order, (row: ChannelRow) => number>> = {
    index: ({ channel }) => -channel,
    active: ({ active }) => active,
    strength: ({ max }) => max,
    standout,
    trust: ({ channel }) => trust.get(channel) ?? Number.NEGATIVE_INFINITY,
  };
  const value = key[order];
  return [...rows].sort((a, b) => compare(value(b), value(a)) || a.channel - b.channel).map(({ channel }) => channel);
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
