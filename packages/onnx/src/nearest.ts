/** The `count` candidates most similar to `name` by edit distance without regard to case; a candidate that contains it comes first. */
export function nearestNames(name: string, candidates: Iterable<string>, count = 3): string[] {
  const wanted = name.toLowerCase();
  const scored = [...new Set(candidates)].map((candidate) => {
    const text = candidate.toLowerCase();
    const contains = wanted.length > 1 && text.includes(wanted);
    return { candidate, score: contains ? (text.length - wanted.length) / 1000 : 1 + editDistance(wanted, text) };
  });
  return scored
    .sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1))
    .slice(0, count)
    .map((s) => s.candidate);
}

/** Levenshtein distance between two strings, in UTF-16 units. */
export function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substitution, previous[j]! + 1, row[j - 1]! + 1));
    }
    previous = row;
  }
  return previous[b.length]!;
}
