import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { areaUnderCurve, averageRanks } from './areaUnderCurve.js';
import { bestChannel, channelAreas, randomSets, rankResponses } from './selectivity.js';

/** Every pair of a positive and a negative example, one by one. */
function naiveArea(values: readonly number[], positive: readonly number[]): number {
  let [sum, pairs] = [0, 0];
  for (const [i, value] of values.entries())
    for (const [j, other] of values.entries())
      if (positive[i] !== 0 && positive[j] === 0) {
        sum += value > other ? 1 : value === other ? 0.5 : 0;
        pairs++;
      }
  return sum / pairs;
}

describe('the area under the ROC curve', () => {
  it('is the share of pairs in the right order, ties counted half, whatever the values', () => {
    const example = fc.record({
      value: fc.oneof(fc.integer({ min: -3, max: 3 }), fc.double({ noNaN: true })),
      positive: fc.constantFrom(0, 1),
    });
    fc.assert(
      fc.property(fc.array(example, { minLength: 2, maxLength: 40 }), (examples) => {
        const [values, positive] = [examples.map(({ value }) => value), examples.map((e) => e.positive)];
        fc.pre(new Set(positive).size === 2);
        expect(areaUnderCurve(averageRanks(values), positive)).toBeCloseTo(naiveArea(values, positive), 12);
      }),
    );
  });

  it('is one half where all values are equal, and turns over with the classes', () => {
    expect(areaUnderCurve(averageRanks([2, 2, 2, 2]), [1, 0, 0, 1])).toBe(0.5);
    const ranks = averageRanks([0.5, 3, 3, -1, 7]);
    expect(areaUnderCurve(ranks, [1, 0, 1, 0, 0]) + areaUnderCurve(ranks, [0, 1, 0, 1, 1])).toBeCloseTo(1, 12);
  });

  it('does not exist for examples of one kind', () => {
    expect(() => areaUnderCurve([1, 2], [1, 1])).toThrow('2 positive and 0 negative');
  });
});

describe('selectivity', () => {
  // Six pictures of three classes; channel 0 answers to class 2, channel 1 to nothing, channel 2 to all but class 2.
  const rows = Float32Array.from([0, 1, 5, 0, 1, 4, 1, 1, 3, 0, 1, 3, 9, 1, 0, 8, 1, 1]);
  const labels = [0, 0, 1, 1, 2, 2];
  const [even, odd] = [
    [0, 2, 4],
    [1, 3, 5],
  ].map((pictures) => rankResponses({ rows, channels: 3 }, pictures));
  const isTwo = (picture: number): boolean => labels[picture] === 2;

  it('is measured by channel', () => {
    expect(Array.from(channelAreas(even!, isTwo))).toEqual([1, 0.5, 0]);
  });

  it('is chosen on some pictures and measured on others', () => {
    expect(bestChannel(even!, odd!, isTwo)).toEqual({ channel: 0, chosen: 1, measured: 1 });
    expect(bestChannel(even!, odd!, (picture) => labels[picture] === 1)).toEqual({ channel: 0, chosen: 0.5, measured: 0.25 });
  });

  it('of sets drawn at random depends on the seed alone', () => {
    const options = { labels, classes: [0, 1, 2], size: 1, draws: 20, seed: 3 };
    const best = randomSets(even!, odd!, options);
    expect(best).toHaveLength(20);
    expect(randomSets(even!, odd!, options)).toEqual(best);
    expect(new Set(best.map(({ chosen }) => chosen))).toEqual(new Set([0.5, 1]));
  });
});
