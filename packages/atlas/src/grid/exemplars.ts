/** The most exemplars of one cell that come from the same picture, as long as other pictures can fill the places. */
const MOST_OF_A_PICTURE = 2;

/**
 * Chooses up to `count` of the ranked members of a cell, best first, at most two of a picture; only when that leaves places
 * empty do further members of the same pictures fill them. Returns positions in `ranked`, ascending.
 */
export function chooseExemplars(ranked: Int32Array, pictureOf: (point: number) => number, count: number): number[] {
  const taken = new Map<number, number>();
  const chosen: number[] = [];
  const left: number[] = [];
  for (const [place, point] of ranked.entries()) {
    if (chosen.length === count) break;
    const picture = pictureOf(point);
    const already = taken.get(picture) ?? 0;
    if (already >= MOST_OF_A_PICTURE) {
      left.push(place);
      continue;
    }
    taken.set(picture, already + 1);
    chosen.push(place);
  }
  return [...chosen, ...left.slice(0, count - chosen.length)].sort((a, b) => a - b);
}
