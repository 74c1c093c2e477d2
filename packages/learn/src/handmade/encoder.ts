import { createRandom } from '@incognita/runtime';
import type { LabelledPictures } from '../pictures/pictureBatches.task.js';
import { softAssignment, writeBagOfWords } from './bagOfWords.js';
import { type Descriptors, describePicture, descriptorLength } from './descriptors.js';
import { powerNormalise, unitLength } from './features.js';
import { fisherLength, writeFisherVector } from './fisherVector.js';
import { colourLayout, colourLayoutLength, hog, hogLength } from './hog.js';
import { type Codebook, kMeans } from './kMeans.js';
import { fitMixture, type Mixture, posteriors } from './mixture.js';
import { type Planes, planesOf } from './pixels.js';
import { type PrincipalAxes, principalAxes, project } from './principalAxes.js';
import { regionCount, regionMembers } from './pyramid.js';
import type { EncodedPart, HandmadeRecipe, LayoutPart } from './recipe.js';

/** A part with what was learnt for it. */
type LearntPart = LayoutPart | (EncodedPart & { readonly principal: PrincipalAxes; readonly vocabulary: Codebook | Mixture });

/** Makes features of pictures; plain data that crosses to workers. */
export interface HandmadeEncoder {
  readonly sidePx: number;
  /** Numbers of a picture. */
  readonly dims: number;
  readonly parts: readonly LearntPart[];
}

/** Options of {@link learnEncoder}. */
export interface LearnEncoderOptions {
  readonly seed: number;
  /** Most descriptors that each vocabulary is learnt from; default 20,000. */
  readonly samples?: number;
  /** Rounds of k-means, or of expectation and maximisation; default 15. */
  readonly rounds?: number;
}

const PER_PICTURE = 40;

/**
 * Learns a recipe's principal axes and vocabularies from the descriptors of pictures drawn at random; their labels play no part.
 *
 * @example const encoder = learnEncoder(pictures, FISHER_VECTORS, { seed: 1 });
 */
export function learnEncoder(pictures: LabelledPictures, recipe: HandmadeRecipe, options: LearnEncoderOptions): HandmadeEncoder {
  const { sidePx } = recipe;
  const parts = recipe.parts.map((part) => ('descriptor' in part ? learnPart(pictures, part, sidePx, options) : part));
  return { sidePx, dims: parts.reduce((sum, part) => sum + lengthOf(part, sidePx), 0), parts };
}

/** The features of one picture, of length 1; each part has the same weight. */
export function encodePicture(
  { sidePx, dims, parts }: HandmadeEncoder,
  pictures: LabelledPictures,
  picture: number,
): Float32Array {
  const planes = planesOf(pictures, picture, sidePx);
  const out = new Float32Array(dims);
  let at = 0;
  for (const part of parts) {
    if ('descriptor' in part) writeEncoded(part, planes, out, at);
    else out.set(part.kind === 'hog' ? hog(planes, part.cellPx) : colourLayout(planes, part.cellPx), at);
    at += lengthOf(part, sidePx);
  }
  unitLength(out, 0, dims);
  return out;
}

function lengthOf(part: LayoutPart | EncodedPart, sidePx: number): number {
  if ('descriptor' in part) return regionCount(part.pyramid) * regionLength(part);
  return part.kind === 'hog' ? hogLength(sidePx, part.cellPx) : colourLayoutLength(sidePx, part.cellPx);
}

function regionLength({ kind, words, axes }: EncodedPart): number {
  return kind === 'fisher' ? fisherLength({ components: words, dims: axes }) : words;
}

function learnPart(
  pictures: LabelledPictures,
  part: EncodedPart,
  sidePx: number,
  { seed, samples = 20_000, rounds = 15 }: LearnEncoderOptions,
): LearntPart {
  const sampled = sampleDescriptors(pictures, part, sidePx, samples, seed);
  const principal = principalAxes(sampled, descriptorLength(part.descriptor), part.axes);
  const points = project(principal, sampled);
  const { axes, words } = part;
  const vocabulary =
    part.kind === 'fisher'
      ? fitMixture(points, axes, { components: words, rounds, seed })
      : kMeans(points, axes, { words, rounds, seed });
  return { ...part, principal, vocabulary };
}

/** A few descriptors of each of many pictures, [n, dims]. */
function sampleDescriptors(
  pictures: LabelledPictures,
  { descriptor, grid }: EncodedPart,
  sidePx: number,
  samples: number,
  seed: number,
): Float32Array {
  const random = createRandom(seed);
  const count = pictures.labels.length;
  const dims = descriptorLength(descriptor);
  const perPicture = Math.max(PER_PICTURE, Math.ceil(samples / count));
  const sampled = new Float32Array(samples * dims);
  let taken = 0;
  for (const picture of shuffled(count, random)) {
    if (taken === samples) break;
    const found: Descriptors = describePicture(planesOf(pictures, picture, sidePx), descriptor, grid);
    for (const d of shuffled(found.count, random).slice(0, Math.min(perPicture, samples - taken)))
      sampled.set(found.data.subarray(d * dims, (d + 1) * dims), taken++ * dims);
  }
  return sampled.subarray(0, taken * dims);
}

function shuffled(count: number, random: { integer(count: number): number }): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

function writeEncoded(part: Extract<LearntPart, EncodedPart>, planes: Planes, out: Float32Array, at: number): void {
  const { descriptor, grid, principal, pyramid } = part;
  const found = describePicture(planes, descriptor, grid);
  const points = project(principal, found.data);
  const each = regionLength(part);
  const regions = regionMembers(pyramid, found.centres);
  const write = writerOf(part, points);
  for (const [r, members] of regions.entries()) {
    write(members, out, at + r * each);
    powerNormalise(out, at + r * each, at + (r + 1) * each);
  }
  unitLength(out, at, at + regions.length * each);
}

/** Writes the vector of some of a picture's descriptors. */
function writerOf(
  { vocabulary, words }: Extract<LearntPart, EncodedPart>,
  points: Float32Array,
): (members: readonly number[], out: Float32Array, at: number) => void {
  if ('centres' in vocabulary) {
    const shares = softAssignment(vocabulary, points);
    return (members, out, at) => writeBagOfWords(shares, words, members, out, at);
  }
  const { shares } = posteriors(vocabulary, points);
  return (members, out, at) => writeFisherVector(vocabulary, { points, shares, members }, out, at);
}

/** How many numbers an encoder has learnt: principal axes with their means, and vocabularies. */
export function learntNumbers({ parts }: HandmadeEncoder): number {
  return parts.reduce((sum, part) => {
    if (!('principal' in part)) return sum;
    const { principal, vocabulary } = part;
    const words =
      'centres' in vocabulary
        ? vocabulary.centres.length
        : vocabulary.weights.length + vocabulary.means.length + vocabulary.variances.length;
    return sum + principal.mean.length + principal.axes.length + words;
  }, 0);
}
