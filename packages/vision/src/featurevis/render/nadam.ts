/** Running moments of {@link nadamAscent}. */
export interface NadamState {
  readonly mean: Float32Array;
  readonly square: Float32Array;
  /** Product of the momenta so far. */
  momentum: number;
}

const BETA_1 = 0.9;
const BETA_2 = 0.999;
const EPSILON = 1e-8;
const DECAY = 4e-3;

/** Moments of zero for this many parameters. */
export function nadamState(size: number): NadamState {
  return { mean: new Float32Array(size), square: new Float32Array(size), momentum: 1 };
}

/**
 * One step of Adam with Nesterov's momentum uphill, in place, with the momentum schedule that PyTorch uses. Source: Dozat,
 * "Incorporating Nesterov momentum into Adam", ICLR 2016 workshop; pytorch/pytorch `torch/optim/nadam.py`.
 *
 * @param step counts from 1.
 */
export function nadamAscent(
  values: Float32Array,
  gradient: Float32Array,
  state: NadamState,
  step: number,
  learningRate: number,
): void {
  const { mean, square } = state;
  const momentumAt = (t: number): number => BETA_1 * (1 - 0.5 * 0.96 ** (t * DECAY));
  const [now, next] = [momentumAt(step), momentumAt(step + 1)];
  state.momentum *= now;
  const own = (learningRate * (1 - now)) / (1 - state.momentum);
  const ahead = (learningRate * next) / (1 - state.momentum * next);
  const correction = 1 - BETA_2 ** step;
  for (let i = 0; i < values.length; i++) {
    const g = gradient[i]!;
    const m = BETA_1 * mean[i]! + (1 - BETA_1) * g;
    const s = BETA_2 * square[i]! + (1 - BETA_2) * g * g;
    mean[i] = m;
    square[i] = s;
    values[i] = values[i]! + (own * g + ahead * m) / (Math.sqrt(s / correction) + EPSILON);
  }
}
