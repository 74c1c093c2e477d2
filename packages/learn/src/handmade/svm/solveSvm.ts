/** Options of {@link solveSvm}. */
export interface SvmOptions {
  /** What an example inside the margin costs by its distance: C. Smaller means a wider margin and more mistakes. */
  readonly cost: number;
  /** How many times as much an example of the class costs as one of the others, which are many more. */
  readonly positiveCost: number;
  /** The search ends where primal and dual are no farther apart than this share of the primal; products of 32 bits allow about 1e-5. */
  readonly tolerance: number;
}

/** The optimum of one support vector machine. */
export interface SvmSolution {
  /** Weight of each example: w = Σ alpha · sign · x. Those above zero are the support vectors. */
  readonly alphas: Float64Array;
  /** ½ |w|² + Σ cost · max(0, 1 − sign · w·x), and the dual that bounds it from below; equal at the optimum. */
  readonly primal: number;
  readonly dual: number;
  readonly updates: number;
}

const MOST_UPDATES_PER_EXAMPLE = 1000;

/**
 * Finds the linear support vector machine of examples that are known by their products: minimises ½ |w|² + Σ cost · max(0, 1 − sign · w·x)
 * by its dual, one coordinate at a time, always the one whose
 * step gains most.
 *
 * Products of examples are the same for all classes, so a step costs as much as there are examples, however long they are.
 *
 * Source: Hsieh, Chang, Lin, Keerthi and Sundararajan 2008, A Dual Coordinate Descent Method for Large-scale Linear SVM (the dual, its projected
 * slope and the step); the choice of coordinate: Nutini et al. 2015, the maximum improvement rule.
 *
 * @param gram products of the examples, each with a constant 1 for the bias, [n, n].
 * @param signs +1 for the class, −1 for others.
 * @throws Error where the products are no products: not positive on the diagonal, or steps that do not end.
 */
export function solveSvm(gram: Float32Array, signs: Int8Array, { cost, positiveCost, tolerance }: SvmOptions): SvmSolution {
  const n = signs.length;
  const limits = Float64Array.from(signs, (sign) => (sign > 0 ? cost * positiveCost : cost));
  const curvatures = Float64Array.from({ length: n }, (_, i) => gram[i * n + i]!);
  const odd = curvatures.findIndex((curvature) => !(curvature > 0 && curvature < Infinity));
  if (odd >= 0)
    throw new Error(
      `The product of example ${odd} with itself is ${curvatures[odd]}; give every example a constant 1, and only finite numbers.`,
    );
  const state: State = { signs, limits, curvatures, alphas: new Float64Array(n), outputs: new Float64Array(n) };
  const { alphas, outputs } = state;
  for (let updates = 0; ; updates++) {
    const { primal, dual, best } = survey(state);
    if (primal - dual <= tolerance * primal || best < 0) return { alphas, primal, dual, updates };
    if (updates >= MOST_UPDATES_PER_EXAMPLE * n)
      throw new Error(
        `After ${updates} steps for ${n} examples the primal is ${primal} and the dual ${dual}; lower the cost (${cost}) or raise the tolerance (${tolerance}).`,
      );
    const sign = signs[best]!;
    const slope = sign * outputs[best]! - 1;
    const alpha = Math.min(limits[best]!, Math.max(0, alphas[best]! - slope / curvatures[best]!));
    const change = (alpha - alphas[best]!) * sign;
    alphas[best] = alpha;
    for (let i = 0, row = best * n; i < n; i++) outputs[i]! += change * gram[row + i]!;
  }
}

interface State {
  readonly signs: Int8Array;
  /** Largest alpha of each example. */
  readonly limits: Float64Array;
  readonly curvatures: Float64Array;
  readonly alphas: Float64Array;
  /** w·x of each example. */
  readonly outputs: Float64Array;
}

/** Both objectives, and the example whose step lowers the dual's negative most, or −1 where all are at their best. */
function survey({ signs, limits, curvatures, alphas, outputs }: State): { primal: number; dual: number; best: number } {
  let [squares, sum, losses] = [0, 0, 0];
  let [best, gain] = [-1, 0];
  for (let i = 0; i < alphas.length; i++) {
    const alpha = alphas[i]!;
    const margin = signs[i]! * outputs[i]!;
    const slope = margin - 1;
    squares += alpha * margin;
    sum += alpha;
    if (slope < 0) losses -= limits[i]! * slope;
    if (slope >= 0 ? alpha === 0 : alpha === limits[i]!) continue;
    const step = Math.min(limits[i]!, Math.max(0, alpha - slope / curvatures[i]!)) - alpha;
    const gained = -step * (slope + (step * curvatures[i]!) / 2);
    if (gained > gain) [best, gain] = [i, gained];
  }
  return { primal: squares / 2 + losses, dual: sum - squares / 2, best };
}
