import { countValue, createHistograms, type Histograms, mergeHistograms } from './histogram.js';
import { type Best, createBest, keepValue, mergeBest } from './keepBest.js';

/** Where the values of a layer lie within one picture's part of its tensor. */
export interface Strides {
  readonly channels: number;
  /** Positions over the picture, and the first one's place: tokens before the picture's are not counted. */
  readonly positions: number;
  readonly first: number;
  readonly channelStride: number;
  readonly positionStride: number;
}

/** What one pass over pictures learns of a layer's channels, in memory that does not grow with the pictures. */
export interface Survey {
  readonly channels: number;
  readonly top: Best;
  readonly bottom: Best;
  readonly histograms: Histograms;
  /** Over all positions of all pictures, [channels]. */
  readonly sum: Float64Array;
  readonly squares: Float64Array;
  /** Values above zero. */
  readonly active: Float64Array;
  /** Positions seen of a channel. */
  count: number;
}

/** How much a survey keeps. */
export interface SurveyOptions {
  readonly channels: number;
  /** Strongest and weakest patches of a channel. */
  readonly top: number;
  readonly bottom: number;
  readonly bins: number;
}

/** Values counted in the histogram of a channel for one picture, at most. */
const COUNTED_POSITIONS = 32;

/** A survey of no picture yet. */
export function createSurvey({ channels, top, bottom, bins }: SurveyOptions): Survey {
  return {
    channels,
    top: createBest(channels, top, 1),
    bottom: createBest(channels, bottom, -1),
    histograms: createHistograms(channels, bins),
    sum: new Float64Array(channels),
    squares: new Float64Array(channels),
    active: new Float64Array(channels),
    count: 0,
  };
}

/**
 * Adds one picture: `values` from `offset` on are its part of the layer's tensor. Best and weakest positions, moments and the share
 * of active ones are of all positions; the histogram counts at most 32, evenly spread.
 */
export function surveyPicture(survey: Survey, strides: Strides, values: Float32Array, offset: number, picture: number): void {
  const { channels, positions, first, channelStride, positionStride } = strides;
  const step = Math.ceil(positions / COUNTED_POSITIONS);
  const start = picture % step;
  for (let c = 0; c < channels; c++) {
    const base = offset + c * channelStride + first * positionStride;
    let [high, highAt, low, lowAt, sum, squares, active] = [-Infinity, 0, Infinity, 0, 0, 0, 0];
    for (let p = 0, at = base; p < positions; p++, at += positionStride) {
      const value = values[at]!;
      if (value > high) {
        high = value;
        highAt = p;
      }
      if (value < low) {
        low = value;
        lowAt = p;
      }
      sum += value;
      squares += value * value;
      if (value > 0) active++;
    }
    survey.sum[c]! += sum;
    survey.squares[c]! += squares;
    survey.active[c]! += active;
    keepValue(survey.top, c, high, picture, highAt);
    keepValue(survey.bottom, c, low, picture, lowAt);
    for (let p = start; p < positions; p += step) countValue(survey.histograms, c, values[base + p * positionStride]!);
  }
  survey.count += positions;
}

/** Adds what another survey of the same layer saw, of other pictures. */
export function mergeSurveys(into: Survey, other: Survey): void {
  mergeBest(into.top, other.top);
  mergeBest(into.bottom, other.bottom);
  mergeHistograms(into.histograms, other.histograms);
  for (const name of ['sum', 'squares', 'active'] as const)
    for (let c = 0; c < into.channels; c++) into[name][c]! += other[name][c]!;
  into.count += other.count;
}
