/** One connection: to which channel, and how strong. */
export interface Link {
  readonly other: number;
  readonly value: number;
}

/**
 * The strongest connections of one channel, by size, strongest first; ties in order of channels; none of strength zero.
 *
 * @param values [rows, columns]
 * @param of a row, or a column, whose partners are asked for
 */
export function strongestLinks(
  values: Float32Array,
  columns: number,
  of: { readonly row: number } | { readonly column: number },
  count: number,
): readonly Link[] {
  const partners = 'row' in of ? columns : values.length / columns;
  const links = Array.from({ length: partners }, (_, other) => ({
    other,
    value: 'row' in of ? values[of.row * columns + other]! : values[other * columns + of.column]!,
  }));
  return links
    .filter(({ value }) => value !== 0)
    .sort((a, b) => Math.abs(b.value) - Math.abs(a.value) || a.other - b.other)
    .slice(0, count);
}
