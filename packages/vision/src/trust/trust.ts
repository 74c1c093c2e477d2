import { cosine, rankCorrelation, shareBelow } from './ranks.js';

/** How far an optimised image can be trusted; null: not measured. See docs/trust.md. */
export interface Trust {
  /** Share of natural pictures that excite the unit less, 0 … 1. */
  readonly naturalPercentile: number;
  /** Cosine between what the layer holds and the unit's direction; null where the objective has none. */
  readonly cosine: number | null;
  /** Mean cosine of the images of different seeds in the network's last features, less the mean of natural pictures. */
  readonly seedAgreement: number | null;
  /** Mean rank correlation, over the layers on the way, between the image's channels and those of the pictures that excite the unit most. */
  readonly pathSimilarity: number | null;
  /** The same between such pictures themselves: what could be had. */
  readonly pathSimilarityNatural: number | null;
  /** How often the image tells which of two natural pictures excites the unit; 0.5 is chance. */
  readonly twoAlternative: number | null;
  /** How often the strongest natural pictures tell it. */
  readonly twoAlternativeNatural: number | null;
}

/** Marks below which an image is shown as doubtful. */
export const TRUST_MARKS = { naturalPercentile: 0.95, seedAgreement: 0.3, twoAlternative: 0.7 } as const;

/** Channels of one layer, averaged over the positions of each of many pictures: [pictures, channels]. */
export interface PooledLayer {
  readonly channels: number;
  readonly values: Float32Array;
}

/** What trust is judged by. */
export interface TrustEvidence {
  /** Natural pictures at the layers on the way, the last one being that of the features; all of the same pictures. */
  readonly natural: readonly PooledLayer[];
  /** Index in `natural` of the unit's own layer. */
  readonly own: number;
  readonly channel: number;
  /** 1: what excites the unit; −1: what silences it. */
  readonly sign?: 1 | -1;
  /** The image and, where there are, images of other seeds, at the same layers: [seeds, channels] each. */
  readonly images: readonly PooledLayer[];
  /** What the image reached, as the unit is measured in natural pictures; default: its own pooled value. */
  readonly reached?: number;
  readonly cosine?: number | null;
}

/** Share of natural pictures that count as exciting the unit, at least 6 and at most 24 of them. */
const STRONG_SHARE = 0.05;
/** Of these so many stand for the unit when natural pictures are the reference, as Borowski et al. show 9. */
const REFERENCES = 9;
/** Natural pictures that a comparison needs. */
const FEWEST = 24;

/**
 * Judges the first of some images of one unit. Sources: Borowski et al., ICLR 2021, and Zimmermann et al., NeurIPS 2023 and 2024, for the two-alternative
 * task, here with the network's own features as the judge; Geirhos et al., ICML 2024, section 4, for the path.
 *
 * @throws RangeError where layers hold different numbers of pictures.
 */
export function judgeTrust(evidence: TrustEvidence): Trust {
  const { natural, images, own, channel, sign = 1 } = evidence;
  const count = natural[own]!.values.length / natural[own]!.channels;
  for (const { values, channels } of natural)
    if (values.length !== count * channels)
      throw new RangeError(`A layer of ${channels} channels holds ${values.length} values, not those of ${count} pictures.`);
  const unit = Float32Array.from({ length: count }, (_, p) => sign * at(natural[own]!, p, channel));
  const reached = sign * (evidence.reached ?? at(images[own]!, 0, channel));
  const order = Array.from({ length: count }, (_, p) => p).sort((a, b) => unit[b]! - unit[a]! || a - b);
  const strong = order.slice(0, Math.min(24, Math.max(6, Math.round(STRONG_SHARE * count))));
  const weak = order.slice(Math.floor(count / 2));
  const enough = count >= FEWEST && unit[order[0]!]! > unit[weak[0]!]!;
  const features = natural.at(-1)!;
  const mean = meanOf(features);
  const feature = (layer: PooledLayer, p: number): Float32Array => row(layer, p).map((value, c) => value - mean[c]!);
  const seeds = images.at(-1)!.values.length / images.at(-1)!.channels;
  const seen = Array.from({ length: seeds }, (_, s) => feature(images.at(-1)!, s));
  const known = (p: number): Float32Array => feature(features, p);
  // Natural references take no part as a question.
  const references = strong.slice(0, Math.min(REFERENCES, Math.floor(strong.length / 2)));
  const questions = strong.slice(references.length);
  return {
    naturalPercentile: shareBelow(unit, reached),
    cosine: evidence.cosine ?? null,
    seedAgreement: seeds < 2 ? null : pairwise(seen),
    pathSimilarity: enough ? path(evidence, strong) : null,
    pathSimilarityNatural: enough ? naturalPath(evidence, strong) : null,
    twoAlternative: enough ? twoAlternative([seen[0]!], questions.map(known), weak.map(known)) : null,
    twoAlternativeNatural: enough ? twoAlternative(references.map(known), questions.map(known), weak.map(known)) : null,
  };
}

/** Whether an image is above all marks that were measured. */
export function isTrusted({ naturalPercentile, seedAgreement, twoAlternative }: Trust): boolean {
  const above = (value: number | null, mark: number): boolean => value === null || value >= mark;
  return (
    above(naturalPercentile, TRUST_MARKS.naturalPercentile) &&
    above(seedAgreement, TRUST_MARKS.seedAgreement) &&
    above(twoAlternative, TRUST_MARKS.twoAlternative)
  );
}

/**
 * The share of pairs of a strong and a weak picture of which the strong one is more like the references (its mean cosine to them is larger); ties count
 * half.
 */
export function twoAlternative(
  references: readonly Float32Array[],
  strong: readonly Float32Array[],
  weak: readonly Float32Array[],
): number {
  const likeness = (x: Float32Array): number => references.reduce((sum, reference) => sum + cosine(reference, x), 0);
  const [high, low] = [strong.map(likeness), weak.map(likeness)];
  let right = 0;
  for (const a of high) for (const b of low) right += a > b ? 1 : a === b ? 0.5 : 0;
  return right / (high.length * low.length);
}

function path({ natural, images, own }: TrustEvidence, strong: readonly number[]): number {
  const layers = Array.from({ length: own + 1 }, (_, l) => l);
  return meanList(layers.map((l) => meanList(strong.map((p) => rankCorrelation(row(images[l]!, 0), row(natural[l]!, p))))));
}

function naturalPath({ natural, own }: TrustEvidence, strong: readonly number[]): number {
  const layers = Array.from({ length: own + 1 }, (_, l) => l);
  const [first, ...others] = strong;
  return meanList(layers.map((l) => meanList(others.map((p) => rankCorrelation(row(natural[l]!, first!), row(natural[l]!, p))))));
}

function pairwise(features: readonly Float32Array[]): number {
  return meanList(features.flatMap((a, i) => features.slice(i + 1).map((b) => cosine(a, b))));
}

function at({ channels, values }: PooledLayer, picture: number, channel: number): number {
  return values[picture * channels + channel]!;
}

function row({ channels, values }: PooledLayer, picture: number): Float32Array {
  return values.slice(picture * channels, (picture + 1) * channels);
}

function meanOf({ channels, values }: PooledLayer): Float64Array {
  const mean = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) mean[i % channels]! += values[i]!;
  return mean.map((sum) => (sum * channels) / values.length);
}

function meanList(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
