/** Classes that are taken for each other. */
export interface ConfusedPair {
  readonly shown: number;
  readonly takenFor: number;
  readonly times: number;
  /** Pictures of the class that was shown. */
  readonly of: number;
}

/**
 * Counts [shown][taken for] of groups of classes.
 *
 * @param labels the class of each picture; `guesses` the class that it is taken for.
 * @param groupOf the group of each class, from 0 to `groups` − 1.
 * @example confusionByGroup([0, 1], [1, 1], { groupOf: [0, 1], groups: 2 }) // [[0, 1], [0, 1]]
 */
export function confusionByGroup(
  labels: ArrayLike<number>,
  guesses: ArrayLike<number>,
  { groupOf, groups }: { readonly groupOf: ArrayLike<number>; readonly groups: number },
): number[][] {
  const counts = Array.from({ length: groups }, () => new Array<number>(groups).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const row = counts[groupOf[labels[i]!]!]!;
    row[groupOf[guesses[i]!]!] = row[groupOf[guesses[i]!]!]! + 1;
  }
  return counts;
}

/** The pairs of classes that are confused most, most often first; of equally many those where it is the larger share of the class, then by number. */
export function worstPairs(labels: ArrayLike<number>, guesses: ArrayLike<number>, count: number): ConfusedPair[] {
  const pictures = new Map<number, number>();
  const pairs = new Map<string, { shown: number; takenFor: number; times: number }>();
  for (let i = 0; i < labels.length; i++) {
    const [shown, takenFor] = [labels[i]!, guesses[i]!];
    pictures.set(shown, (pictures.get(shown) ?? 0) + 1);
    if (shown === takenFor) continue;
    const pair = pairs.get(`${shown} ${takenFor}`) ?? { shown, takenFor, times: 0 };
    pairs.set(`${shown} ${takenFor}`, { ...pair, times: pair.times + 1 });
  }
  return [...pairs.values()]
    .map((pair) => ({ ...pair, of: pictures.get(pair.shown)! }))
    .sort((a, b) => b.times - a.times || b.times / b.of - a.times / a.of || a.shown - b.shown || a.takenFor - b.takenFor)
    .slice(0, count);
}
