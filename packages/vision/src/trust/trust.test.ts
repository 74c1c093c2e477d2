import { createRandom } from '@incognita/runtime';
import { describe, expect, test } from 'vitest';
import { rankCorrelation, ranksOf, shareBelow } from './ranks.js';
import { isTrusted, judgeTrust, type PooledLayer, twoAlternative } from './trust.js';

const random = createRandom(6);
const [pictures, channels] = [60, 8];

/** Pictures of two kinds: 6 of 60 hold a pattern that raises channel 2 of both layers. */
function world(): { natural: PooledLayer[]; pattern: Float32Array } {
  const pattern = Float32Array.from({ length: channels }, (_, c) => (c === 2 ? 6 : c < 5 ? 3 : 0));
  const layer = (): PooledLayer => ({
    channels,
    values: Float32Array.from({ length: pictures * channels }, (_, i) => {
      const holds = Math.floor(i / channels) % 10 === 3;
      return random.uniform() + (holds ? pattern[i % channels]! : 0);
    }),
  });
  return { natural: [layer(), layer()], pattern };
}

const images = (rows: readonly Float32Array[]): PooledLayer[] =>
  [0, 1].map(() => ({ channels, values: Float32Array.from(rows.flatMap((row) => [...row])) }));

describe('trust', () => {
  const { natural, pattern } = world();
  const noise = Float32Array.from({ length: channels }, () => random.uniform());

  test('is high for images that hold what excites the unit in nature', () => {
    const trust = judgeTrust({
      natural,
      own: 0,
      channel: 2,
      images: images([pattern, pattern, pattern]),
      reached: 20,
      cosine: 0.4,
    });
    expect(trust.naturalPercentile).toBe(1);
    expect(trust.cosine).toBe(0.4);
    expect(trust.seedAgreement).toBeCloseTo(1, 5);
    expect(trust.twoAlternative).toBe(1);
    expect(trust.twoAlternativeNatural).toBe(1);
    expect(trust.pathSimilarity).toBeGreaterThan(0.5);
    expect(trust.pathSimilarityNatural).toBeGreaterThan(0.5);
    expect(isTrusted(trust)).toBe(true);
  });

  test('is low for an image that excites the unit in another way than nature does', () => {
    const other = pattern.map((_, c) => (c === 2 ? 6 : c >= 5 ? 5 : 0));
    const trust = judgeTrust({
      natural,
      own: 0,
      channel: 2,
      images: images([other.map((v, c) => (c === 2 ? 0 : v)), noise]),
      reached: 20,
    });
    expect(trust.naturalPercentile).toBe(1);
    expect(trust.twoAlternative).toBeLessThan(0.3);
    expect(trust.pathSimilarity).toBeLessThan(0);
    expect(isTrusted(trust)).toBe(false);
  });

  test('of one seed has no agreement, and of few pictures no comparison', () => {
    const few = natural.map(({ values }) => ({ channels, values: values.slice(0, 10 * channels) }));
    const trust = judgeTrust({ natural: few, own: 1, channel: 0, images: images([pattern]) });
    expect(trust).toMatchObject({ seedAgreement: null, twoAlternative: null, pathSimilarity: null });
    expect(trust.naturalPercentile).toBeCloseTo(
      shareBelow(
        few[1]!.values.filter((_, i) => i % channels === 0),
        pattern[0]!,
      ),
      6,
    );
  });

  test('of silencing images counts the other way', () => {
    const dark = judgeTrust({ natural, own: 0, channel: 2, sign: -1, images: images([noise]), reached: -5 });
    expect(dark.naturalPercentile).toBe(1);
  });

  test('refuses layers of different numbers of pictures', () => {
    const uneven = [natural[0]!, { channels, values: natural[1]!.values.slice(channels) }];
    expect(() => judgeTrust({ natural: uneven, own: 0, channel: 0, images: images([noise]) })).toThrow(
      /not those of 60 pictures/,
    );
  });
});

test('a random reference tells nothing: half of the answers are right', () => {
  const draw = (): Float32Array => Float32Array.from({ length: 20 }, () => random.gaussian());
  let sum = 0;
  for (let i = 0; i < 40; i++)
    sum += twoAlternative([draw()], [draw(), draw(), draw(), draw()], Array.from({ length: 20 }, draw));
  expect(Math.abs(sum / 40 - 0.5)).toBeLessThan(0.1);
});

test('ranks share ties, and rank correlation is that of the ranks', () => {
  expect([...ranksOf([3, 1, 3, 2])]).toEqual([2.5, 0, 2.5, 1]);
  expect(rankCorrelation([1, 2, 3, 4], [1, 8, 27, 64])).toBeCloseTo(1, 12);
  expect(rankCorrelation([1, 2, 3, 4], [4, 3, 2, 1])).toBeCloseTo(-1, 12);
  // 1 − 6 Σ d² / (n (n² − 1)) with d = 1, −1, 0, 0.
  expect(rankCorrelation([1, 2, 3, 4], [2, 1, 3, 4])).toBeCloseTo(1 - 12 / 60, 12);
  expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBe(0);
  expect(() => rankCorrelation([1], [1, 2])).toThrow(/1 and 2 values/);
});
