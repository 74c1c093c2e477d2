import { createRandom } from '@incognita/runtime';
import { areaUnderCurve, averageRanks } from './areaUnderCurve.js';

/** How strongly each channel of a layer answers to each picture. */
export interface Responses {
  /** [pictures, channels]. */
  readonly rows: Float32Array;
  readonly channels: number;
}

/** The ranks of each channel's responses among some of the pictures. */
export interface RankedResponses {
  readonly pictures: readonly number[];
  /** By channel, in the order of `pictures`. */
  readonly ranks: readonly Float64Array[];
}

/** Ranks every channel's responses to these pictures; sets of classes are then compared without sorting again. */
export function rankResponses({ rows, channels }: Responses, pictures: readonly number[]): RankedResponses {
  const ranks = Array.from({ length: channels }, (_, c) =>
    averageRanks(Float32Array.from(pictures, (picture) => rows[picture * channels + c]!)),
  );
  return { pictures, ranks };
}

/**
 * How well each channel alone tells the pictures of some classes from all others: the area under its ROC curve.
 *
 * @param isIn says of a picture whether it shows one of the classes.
 */
export function channelAreas({ pictures, ranks }: RankedResponses, isIn: (picture: number) => boolean): Float64Array {
  const positive = Uint8Array.from(pictures, (picture) => (isIn(picture) ? 1 : 0));
  return Float64Array.from(ranks, (own) => areaUnderCurve(own, positive));
}

/** The best channel of a layer for a set of classes: chosen on some pictures, measured on others. */
export interface BestChannel {
  readonly channel: number;
  readonly chosen: number;
  readonly measured: number;
}

/** The channel with the largest area on the pictures to choose on, and its area on the others. */
export function bestChannel(
  choosing: RankedResponses,
  measuring: RankedResponses,
  isIn: (picture: number) => boolean,
): BestChannel {
  const areas = channelAreas(choosing, isIn);
  const channel = areas.indexOf(Math.max(...areas));
  return { channel, chosen: areas[channel]!, measured: channelAreas(measuring, isIn)[channel]! };
}

/** Options of {@link randomSets}. */
export interface RandomSetOptions {
  /** Class of each picture. */
  readonly labels: ArrayLike<number>;
  /** Classes to draw from. */
  readonly classes: readonly number[];
  /** Classes in a set. */
  readonly size: number;
  readonly draws: number;
  readonly seed: number;
}

/**
 * What the best of so many channels reaches for sets of classes that have nothing in common: sets of the same size, drawn at random. Whole classes are
 * drawn, since pictures of one class are alike whatever the set means.
 */
export function randomSets(choosing: RankedResponses, measuring: RankedResponses, options: RandomSetOptions): BestChannel[] {
  const random = createRandom(options.seed);
  return Array.from({ length: options.draws }, () => {
    const left = [...options.classes];
    const drawn = new Set(Array.from({ length: options.size }, () => left.splice(random.integer(left.length), 1)[0]!));
    return bestChannel(choosing, measuring, (picture) => drawn.has(options.labels[picture]!));
  });
}
