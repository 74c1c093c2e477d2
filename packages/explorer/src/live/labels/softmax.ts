/** A class with its score and its share by softmax. */
export interface ClassShare {
  readonly index: number;
  readonly score: number;
  readonly share: number;
}

/** The classes with the highest scores, highest first. Shares are of all classes. */
export function strongestClasses(scores: ArrayLike<number>, count: number): ClassShare[] {
  let most = -Infinity;
  for (let i = 0; i < scores.length; i++) most = Math.max(most, scores[i]!);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp(scores[i]! - most);
  const best: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (best.length === count && !(scores[i]! > scores[best.at(-1)!]!)) continue;
    let at = best.length;
    while (at > 0 && scores[i]! > scores[best[at - 1]!]!) at--;
    best.splice(at, 0, i);
    best.length = Math.min(best.length, count);
  }
  return best.map((index) => ({ index, score: scores[index]!, share: Math.exp(scores[index]! - most) / sum }));
}
