import type { ChannelRow } from '@incognita/workspace/schema';
import { describe, expect, it } from 'vitest';
import { orderChannels } from './order.js';

const row = (channel: number, mean: number, deviation: number, max: number, active: number): ChannelRow => ({
  ...{ channel, mean, deviation, min: 0, max, active },
});
const ROWS = [row(0, 1, 1, 3, 0.9), row(1, 0, 0, 0, 0), row(2, 0.1, 0.5, 6, 0.1), row(3, 2, 2, 6, 0.5)];

describe('the order of channels', () => {
  it('is by number, by how often they are active, by their strongest value or how far it stands out', () => {
    const none = new Map<number, number>();
    expect(orderChannels(ROWS, 'index', none)).toEqual([0, 1, 2, 3]);
    expect(orderChannels(ROWS, 'active', none)).toEqual([0, 3, 2, 1]);
    expect(orderChannels(ROWS, 'strength', none)).toEqual([2, 3, 0, 1]);
    expect(orderChannels(ROWS, 'standout', none)).toEqual([2, 0, 3, 1]);
  });

  it('by trust has those without an image last', () => {
    expect(
      orderChannels(
        ROWS,
        'trust',
        new Map([
          [3, 0.7],
          [1, 3.2],
        ]),
      ),
    ).toEqual([1, 3, 0, 2]);
  });
});
