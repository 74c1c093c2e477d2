import type { Ranking } from '../training/ranking.js';
import { confusionByGroup, worstPairs } from './confusion.js';

/** How a classifier names the pictures of one group of classes. */
export interface GroupReport {
  readonly group: string;
  readonly pictures: number;
  /** Shares whose class has the highest score, or one of the five highest. */
  readonly top1: number;
  readonly top5: number;
  /** Share that is taken for a class of the right group. */
  readonly inGroup: number;
  /** The other group that its pictures are taken for most often, and the share that are; null where none is. */
  readonly takenFor: { readonly group: string; readonly share: number } | null;
}

/** How well a classifier names labelled pictures, and what it takes for what. */
export interface ClassifierReport {
  readonly pictures: number;
  /** Different classes that were shown. */
  readonly classes: number;
  readonly top1: number;
  readonly top5: number;
  /** In the order of `confusion`; groups of which no picture was shown are there as well, with zeros. */
  readonly groups: readonly GroupReport[];
  /** Pictures by [group shown][group taken for]. */
  readonly confusion: readonly (readonly number[])[];
  readonly pairs: readonly { readonly shown: string; readonly takenFor: string; readonly times: number; readonly of: number }[];
}

/** What a report is made of, beside the ranking. */
export interface ReportOptions {
  /** Class of each picture. */
  readonly labels: ArrayLike<number>;
  readonly classNames: readonly string[];
  /** Name of the group of each class. */
  readonly groupNames: readonly string[];
  /** How many confused pairs to list. */
  readonly pairs: number;
}

/** Summarises what {@link Ranking} says of single pictures. */
export function classifierReport({ ranks, guesses }: Ranking, options: ReportOptions): ClassifierReport {
  const { labels, classNames, groupNames, pairs } = options;
  const groups = [...new Set(groupNames)].sort();
  const groupOf = groupNames.map((name) => groups.indexOf(name));
  const confusion = confusionByGroup(labels, guesses, { groupOf, groups: groups.length });
  const all = Array.from(ranks, (_, i) => i);
  const share = (pictures: readonly number[], most: number): number =>
    pictures.filter((i) => ranks[i]! < most).length / Math.max(1, pictures.length);
  return {
    pictures: ranks.length,
    classes: new Set(Array.from(labels)).size,
    top1: share(all, 1),
    top5: share(all, 5),
    groups: groups.map((group, g) => {
      const own = all.filter((i) => groupOf[labels[i]!] === g);
      const row = confusion[g]!;
      const others = row.map((times, to) => (to === g ? 0 : times));
      const most = Math.max(...others);
      return {
        group,
        pictures: own.length,
        ...{ top1: share(own, 1), top5: share(own, 5), inGroup: row[g]! / Math.max(1, own.length) },
        takenFor: most === 0 ? null : { group: groups[others.indexOf(most)]!, share: most / own.length },
      };
    }),
    confusion,
    pairs: worstPairs(labels, guesses, pairs).map(({ shown, takenFor, times, of }) => ({
      ...{ shown: classNames[shown]!, takenFor: classNames[takenFor]!, times, of },
    })),
  };
}
