import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifierReport } from './classifierReport.js';
import { confusionByGroup, worstPairs } from './confusion.js';

const CLASSES = 6;
/** Three groups, of which the last has no picture in some examples. */
const groupNames = ['round', 'square', 'round', 'square', 'star', 'round'];
const examples = fc.array(
  fc.record({
    label: fc.integer({ min: 0, max: CLASSES - 1 }),
    guess: fc.integer({ min: 0, max: CLASSES - 1 }),
    rank: fc.integer({ min: 1, max: CLASSES - 1 }),
  }),
  { minLength: 1, maxLength: 60 },
);
type Example = { readonly label: number; readonly guess: number; readonly rank: number };
const rankOf = ({ label, guess, rank }: Example): number => (label === guess ? 0 : rank);

function reportOf(list: readonly Example[]) {
  const ranking = { ranks: Int32Array.from(list, rankOf), guesses: Int32Array.from(list, ({ guess }) => guess) };
  const labels = list.map(({ label }) => label);
  const classNames = Array.from({ length: CLASSES }, (_, c) => `class ${c}`);
  return classifierReport(ranking, { labels, classNames, groupNames, pairs: 5 });
}

describe('the report on a classifier', () => {
  it('counts what a picture-by-picture count gives, over all and by group', () => {
    fc.assert(
      fc.property(examples, (list) => {
        const report = reportOf(list);
        const share = (some: readonly Example[], is: (example: Example) => boolean): number =>
          some.length === 0 ? 0 : some.filter(is).length / some.length;
        expect(report.pictures).toBe(list.length);
        expect(report.classes).toBe(new Set(list.map(({ label }) => label)).size);
        expect(report.top1).toBeCloseTo(share(list, ({ label, guess }) => label === guess));
        expect(report.top5).toBeCloseTo(share(list, (example) => rankOf(example) < 5));
        expect(report.groups.map(({ group }) => group)).toEqual(['round', 'square', 'star']);
        for (const { group, pictures, top1, top5, inGroup, takenFor } of report.groups) {
          const own = list.filter(({ label }) => groupNames[label] === group);
          expect(pictures).toBe(own.length);
          expect(top1).toBeCloseTo(share(own, ({ label, guess }) => label === guess));
          expect(top5).toBeCloseTo(share(own, (example) => rankOf(example) < 5));
          expect(inGroup).toBeCloseTo(share(own, ({ guess }) => groupNames[guess] === group));
          const others = ['round', 'square', 'star'].filter((other) => other !== group);
          const shares = others.map((other) => share(own, ({ guess }) => groupNames[guess] === other));
          expect(takenFor?.share ?? 0).toBeCloseTo(Math.max(...shares));
          if (takenFor !== null) expect(shares[others.indexOf(takenFor.group)]).toBeCloseTo(takenFor.share);
        }
      }),
    );
  });

  it('holds every picture once in the confusion of groups', () => {
    fc.assert(
      fc.property(examples, (list) => {
        const groupOf = [0, 1, 0, 1, 2, 0];
        const [labels, guesses] = [list.map(({ label }) => label), list.map(({ guess }) => guess)];
        const counts = confusionByGroup(labels, guesses, { groupOf, groups: 3 });
        for (let from = 0; from < 3; from++)
          for (let to = 0; to < 3; to++)
            expect(counts[from]![to]).toBe(list.filter((e) => groupOf[e.label] === from && groupOf[e.guess] === to).length);
      }),
    );
  });

  it('lists confused pairs by how often, then by the share of the class, and no class with itself', () => {
    // Class 0 is taken for 1 twice of three times, class 2 for 3 twice of two, class 4 for 5 once.
    const labels = [0, 0, 0, 2, 2, 4, 4];
    const guesses = [1, 1, 0, 3, 3, 5, 4];
    expect(worstPairs(labels, guesses, 10)).toEqual([
      { shown: 2, takenFor: 3, times: 2, of: 2 },
      { shown: 0, takenFor: 1, times: 2, of: 3 },
      { shown: 4, takenFor: 5, times: 1, of: 2 },
    ]);
    expect(worstPairs(labels, guesses, 1)).toHaveLength(1);
    expect(worstPairs([1, 2], [1, 2], 5)).toEqual([]);
  });
});
