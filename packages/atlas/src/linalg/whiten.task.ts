import { ridgeWhitening } from './ridgeWhitening.js';

export interface WhitenArgs {
  readonly secondMoment: Float64Array;
  readonly channels: number;
  readonly ridgeRatio: number;
  /** Directions to whiten, [n, channels]. */
  readonly directions: Float32Array;
}

export interface Whitened {
  readonly conditionNumber: number;
  /** [n, channels] */
  readonly directions: Float32Array;
}

/** Worker task: whitens target directions; see {@link ridgeWhitening}. */
export function whitenDirections({ secondMoment, channels, ridgeRatio, directions }: WhitenArgs): Whitened {
  const whitening = ridgeWhitening(secondMoment, channels, { ridgeRatio });
  const whitened = new Float32Array(directions.length);
  for (let at = 0; at < directions.length; at += channels) {
    whitened.set(whitening.apply(directions.subarray(at, at + channels)), at);
  }
  return { conditionNumber: whitening.conditionNumber, directions: whitened };
}
