/** Stretches of a text: window w holds `lengths[w]` tokens from `starts[w]` on, and foresees the one after each of them. */
export interface TextWindows {
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
}

/**
 * Cuts a text into windows of at most `block` tokens that foresee every token but the first once. With the token that ends a text, windows begin with it: at
 * each text, and after every `block` tokens of one that is longer. Without, they follow each other from the first token on.
 *
 * @param endOfText null: texts are not told apart.
 * @example textWindows([9, 1, 2, 3, 9, 4, 9], { block: 3, endOfText: 9 }); // starts 0, 3, 4; lengths 3, 1, 2
 */
export function textWindows(
  tokens: ArrayLike<number>,
  { block, endOfText }: { readonly block: number; readonly endOfText: number | null },
): TextWindows {
  const [starts, lengths]: [number[], number[]] = [[], []];
  const last = tokens.length - 1;
  for (let from = 0; from < last; ) {
    let end = endOfText === null ? last : from + 1;
    while (end < last && tokens[end] !== endOfText) end++;
    for (; from < end; from += block) {
      starts.push(from);
      lengths.push(Math.min(block, end - from));
    }
    from = end;
  }
  return { starts, lengths };
}
