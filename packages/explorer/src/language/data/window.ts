/** The part of a list that is drawn: `size` places around `at`, from `from` to before `to`. */
export function windowAround(count: number, at: number, size: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(at - Math.floor(size / 2), count - size));
  return { from, to: Math.min(count, from + size) };
}
