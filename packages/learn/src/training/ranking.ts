/** How well a classifier names pictures. */
export interface Accuracy {
  readonly pictures: number;
  /** Shares of the pictures whose label has the highest score, or one of the five highest. */
  readonly top1: number;
  readonly top5: number;
  /** Rank of each picture's label among the scores, from 0. */
  readonly ranks: Int32Array;
  /** The class that each picture is taken for. */
  readonly guesses: Int32Array;
}

/** What a classifier makes of some pictures, in their order. */
export interface Ranking {
  readonly ranks: Int32Array;
  readonly guesses: Int32Array;
}

/** The rank of each row's label among its scores [labels, classes], and the highest class. Equal scores rank before the label's. */
export function rankScores(scores: Float32Array, labels: Int32Array): Ranking {
  const classes = scores.length / Math.max(1, labels.length);
  const [ranks, guesses] = [new Int32Array(labels.length), new Int32Array(labels.length)];
  for (const [row, label] of labels.entries()) {
    const own = scores.subarray(row * classes, (row + 1) * classes);
    const score = own[label]!;
    guesses[row] = own.indexOf(Math.max(...own));
    ranks[row] = own.reduce((rank, other, c) => rank + (c !== label && other >= score ? 1 : 0), 0);
  }
  return { ranks, guesses };
}

/** The accuracy over pictures that were ranked in several parts. */
export function accuracyOf(parts: readonly Ranking[]): Accuracy {
  const ranks = Int32Array.from(parts.flatMap((part) => Array.from(part.ranks)));
  const guesses = Int32Array.from(parts.flatMap((part) => Array.from(part.guesses)));
  const within = (most: number): number =>
    ranks.reduce((sum, rank) => sum + (rank < most ? 1 : 0), 0) / Math.max(1, ranks.length);
  return { pictures: ranks.length, top1: within(1), top5: within(5), ranks, guesses };
}
