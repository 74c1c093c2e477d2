/** What a head looks at on average over the queries of a text. */
export interface Habits {
  /** Of the attention: on the token itself, on the one before, on the first of the text. */
  readonly itself: number;
  readonly previous: number;
  readonly first: number;
}

/** Means over all queries but the first, which can only look at itself. @param pattern [query, key] of `size` each. */
export function habitsOf(pattern: Float32Array, size: number): Habits {
  let [itself, previous, first] = [0, 0, 0];
  for (let query = 1; query < size; query++) {
    itself += pattern[query * size + query]!;
    previous += pattern[query * size + query - 1]!;
    first += pattern[query * size]!;
  }
  const count = Math.max(1, size - 1);
  return { itself: itself / count, previous: previous / count, first: first / count };
}
