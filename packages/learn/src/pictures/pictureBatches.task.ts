import { createRandom, type Random, tensor } from '@incognita/runtime';
import type { MakeBatch } from '../training/batchSource.js';
import { type Augmentation, drawAugmented } from './augment.js';

/** Pictures in memory, with what they show. */
export interface LabelledPictures {
  /** Square pictures one after the other, red, green, blue, alpha; in shared memory where workers read them. */
  readonly pixels: Uint8Array;
  readonly sidePx: number;
  /** Class of each picture. */
  readonly labels: Int32Array;
  /** Whose style each picture is in: classes are drawn evenly, and styles within a class. */
  readonly styles: Int32Array;
}

/** Options of {@link pictureBatches}. */
export interface PictureBatchOptions {
  readonly pictures: LabelledPictures;
  /** Side of the network's input. */
  readonly sidePx: number;
  readonly augmentation: Augmentation;
  /** By class: whether its pictures may be mirrored. Default: all, as often as the augmentation says. */
  readonly mirrorable?: readonly boolean[];
  readonly seed: number;
}

/**
 * Batches `input` [n, 3, side, side] of −1…1 and `label` [n, 1]: each example is a class at random, a style of that class, and a picture of that
 * style, changed at random. Every example of every step has its own stream of random numbers.
 */
export function pictureBatches({ pictures, sidePx, augmentation, mirrorable, seed }: PictureBatchOptions): MakeBatch {
  const classes = byClass(pictures);
  const upright = { ...augmentation, flip: 0 };
  const each = 3 * sidePx * sidePx;
  return ({ step, from, examples }) => {
    const input = new Float32Array(examples * each);
    const label = new BigInt64Array(examples);
    for (let e = 0; e < examples; e++) {
      const random = createRandom(seed + 0x9e3779b9 * (step + 1) + 0x85ebca6b * (from + e));
      const picture = pick(pick(pick(classes, random), random), random);
      const own = pictures.labels[picture]!;
      label[e] = BigInt(own);
      const source = { pixels: pictures.pixels, offset: 4 * picture * pictures.sidePx ** 2, sidePx: pictures.sidePx };
      drawAugmented(source, mirrorable?.[own] === false ? upright : augmentation, random, input, e * each, sidePx);
    }
    return { input: tensor('float32', [examples, 3, sidePx, sidePx], input), label: tensor('int64', [examples, 1], label) };
  };
}

function pick<T>(list: readonly T[], random: Random): T {
  return list[random.integer(list.length)]!;
}

/** Numbers of the pictures, by class and within it by style; classes without pictures are absent. */
function byClass({ labels, styles }: LabelledPictures): number[][][] {
  const classes = new Map<number, Map<number, number[]>>();
  for (const [picture, label] of labels.entries()) {
    const inClass = classes.get(label) ?? new Map<number, number[]>();
    const inStyle = inClass.get(styles[picture]!) ?? [];
    inStyle.push(picture);
    classes.set(label, inClass.set(styles[picture]!, inStyle));
  }
  return [...classes.keys()].sort((a, b) => a - b).map((label) => [...classes.get(label)!.values()]);
}
