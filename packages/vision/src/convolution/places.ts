/** Place along each axis of a number in row-major order. */
export function placeOf(flat: number, dims: readonly number[]): number[] {
  const place: number[] = [];
  let rest = flat;
  for (const dim of [...dims].reverse()) {
    place.unshift(rest % dim);
    rest = Math.floor(rest / dim);
  }
  return place;
}

/** The inverse of {@link placeOf}. */
export function offsetOf(place: readonly number[], dims: readonly number[]): number {
  return place.reduce((sum, at, axis) => sum * dims[axis]! + at, 0);
}
