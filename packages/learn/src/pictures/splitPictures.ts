import { createRandom } from '@incognita/runtime';
import type { LabelledPictures } from './pictureBatches.task.js';

/** Numbers of the pictures to learn from and of those held out, in order, and classes of which none could be held out. */
export interface Split {
  readonly training: readonly number[];
  readonly heldOut: readonly number[];
  /** Classes with one picture, which stays in training. */
  readonly single: readonly number[];
}

/**
 * Holds out a share of each class's pictures, chosen at random: at least one where the class has two, and never the last one.
 *
 * @param labels class of each picture.
 * @param share of each class, from 0 (nothing is held out) to less than 1.
 */
export function splitByClass(labels: ArrayLike<number>, share: number, seed: number): Split {
  if (!(share >= 0 && share < 1)) throw new RangeError(`A share of ${share} cannot be held out; give one from 0 to less than 1.`);
  const classes = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const members = classes.get(labels[i]!) ?? [];
    members.push(i);
    classes.set(labels[i]!, members);
  }
  const heldOut: number[] = [];
  const single: number[] = [];
  for (const [label, members] of [...classes].sort(([a], [b]) => a - b)) {
    if (members.length === 1) single.push(label);
    if (share === 0) continue;
    const random = createRandom(seed * 1_000_003 + label);
    const count = Math.min(members.length - 1, Math.max(1, Math.round(share * members.length)));
    for (let n = 0; n < count; n++) heldOut.push(members.splice(random.integer(members.length), 1)[0]!);
  }
  const out = new Set(heldOut);
  const training = Array.from({ length: labels.length }, (_, i) => i).filter((i) => !out.has(i));
  return { training, heldOut: heldOut.sort((a, b) => a - b), single };
}

/** Some of the pictures, in the order of their numbers, in shared memory of their own. */
export function selectPictures(pictures: LabelledPictures, numbers: readonly number[]): LabelledPictures {
  const each = 4 * pictures.sidePx ** 2;
  const pixels = new Uint8Array(new SharedArrayBuffer(numbers.length * each));
  for (const [to, from] of numbers.entries()) pixels.set(pictures.pixels.subarray(from * each, (from + 1) * each), to * each);
  return {
    pixels,
    sidePx: pictures.sidePx,
    labels: Int32Array.from(numbers, (i) => pictures.labels[i]!),
    styles: Int32Array.from(numbers, (i) => pictures.styles[i]!),
  };
}

/**
 * Numbers of a share of each class's pictures, at least one of each, in order: what a smaller data set of the same kind would hold. The pictures of a
 * smaller share are among those of a larger one.
 *
 * @param share from more than 0 to 1.
 * @example selectPictures(pictures, shareOfClasses(pictures.labels, 0.5, 1))
 */
export function shareOfClasses(labels: ArrayLike<number>, share: number, seed: number): number[] {
  if (!(share > 0 && share <= 1)) throw new RangeError(`A share of ${share} cannot be taken; give one of more than 0, up to 1.`);
  const ranks = new Map<number, { readonly picture: number; readonly key: number }[]>();
  for (let i = 0; i < labels.length; i++) {
    const key = createRandom(seed * 1_000_003 + i).uniform();
    ranks.set(labels[i]!, [...(ranks.get(labels[i]!) ?? []), { picture: i, key }]);
  }
  return [...ranks.values()]
    .flatMap((members) => {
      const kept = Math.max(1, Math.round(share * members.length));
      return [...members].sort((a, b) => a.key - b.key).slice(0, kept);
    })
    .map(({ picture }) => picture)
    .sort((a, b) => a - b);
}
