import type { ChannelImageRow, LayerMicroscope } from '@incognita/workspace/schema';
import { expect, it } from 'vitest';
import { imageOf } from './channelData.js';

it('the image of a channel is the tile whose row of scores is its own, and not that of its number', () => {
  const scores = [0, 32, 64].map((channel) => ({ channel, naturalPercentile: 1 }) as ChannelImageRow);
  const sheets = [
    { file: 'a.webp', columns: 2, tilePx: 64, ids: [0, 1] },
    { file: 'b.webp', columns: 1, tilePx: 64, ids: [2] },
  ];
  const images = [
    { kind: 'negative', sheets: [], scores: 'n.parquet' },
    { kind: 'positive', sheets, scores: 'p.parquet' },
  ] as unknown as LayerMicroscope['images'];
  expect(imageOf({ images }, scores, 32)).toEqual({ sheet: sheets[0], id: 1, score: scores[1] });
  expect(imageOf({ images }, scores, 64)).toMatchObject({ sheet: { file: 'b.webp' }, id: 2 });
  expect(imageOf({ images }, scores, 1)).toBeNull();
  expect(imageOf({ images }, null, 0)).toBeNull();
  expect(imageOf(null, scores, 0)).toBeNull();
});
