/** Running moments of {@link adamAscent}. */
export interface AdamState {
  readonly mean: Float32Array;
  readonly square: Float32Array;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;

/** Moments of zero for this many parameters. */
export function adamState(size: number): AdamState {
  return { mean: new Float32Array(size), square: new Float32Array(size) };
}

/**
 * One step of Adam uphill, in place. Source: Kingma and Ba, "Adam", ICLR 2015, algorithm 1 in the form at the end of its section 2.
 *
 * @param step counts from 1.
 */
export function adamAscent(
  values: Float32Array,
  gradient: Float32Array,
  state: AdamState,
  step: number,
  learningRate: number,
): void {
  const { mean, square } = state;
  const correction = Math.sqrt(1 - BETA_2 ** step);
  const rate = (learningRate * correction) / (1 - BETA_1 ** step);
  const epsilon = EPSILON * correction;
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]!;
    const m = BETA_1 * mean[i]! + (1 - BETA_1) * g;
    const s = BETA_2 * square[i]! + (1 - BETA_2) * g * g;
    mean[i] = m;
    square[i] = s;
    values[i] = values[i]! + (rate * m) / (Math.sqrt(s) + epsilon);
  }
}
