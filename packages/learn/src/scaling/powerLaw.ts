import { createRandom } from '@incognita/runtime';

/** loss(x) = floor + factor · x^(−exponent). */
export interface PowerLaw {
  readonly floor: number;
  readonly factor: number;
  readonly exponent: number;
}

/** A fitted law, and the middle 90 % of what other samples of the same runs would give. */
export interface PowerLawFit extends PowerLaw {
  /** Root mean square of the residuals of log loss. */
  readonly residual: number;
  readonly exponentRange: readonly [number, number];
  readonly floorRange: readonly [number, number];
}

/** What the law says at x. */
export function predict({ floor, factor, exponent }: PowerLaw, x: number): number {
  return floor + factor * x ** -exponent;
}

/**
 * Fits a power law with a floor to measured losses: for each floor of a grid the other two follow by least squares of log(loss − floor) against log x,
 * and the floor with the smallest squared error of log loss is refined. Uncertainty by drawing the measurements again with replacement.
 *
 * Source: Hoffmann et al. 2022 (arXiv 2203.15556, section 3.3) for the form; Efron 1979 for the bootstrap.
 *
 * @param x positive: parameters, examples or operations. @param loss positive.
 * @throws RangeError for fewer than three different x, or numbers that are not positive.
 * @example fitPowerLaw([1e5, 1e6, 1e7], [3.1, 2.4, 2.0], { seed: 1 }).exponent
 */
export function fitPowerLaw(
  x: readonly number[],
  loss: readonly number[],
  { seed, resamples = 500 }: { readonly seed: number; readonly resamples?: number },
): PowerLawFit {
  if (x.length !== loss.length || new Set(x).size < 3)
    throw new RangeError(`A power law with a floor needs at least three different sizes; there are ${new Set(x).size}.`);
  for (const value of [...x, ...loss]) if (!(value > 0)) throw new RangeError(`Sizes and losses must be positive, not ${value}.`);
  const best = fitOnce(x, loss);
  const random = createRandom(seed);
  const [exponents, floors]: [number[], number[]] = [[], []];
  for (let i = 0; i < resamples; i++) {
    const chosen = x.map(() => random.integer(x.length));
    const [sizes, losses] = [chosen.map((j) => x[j]!), chosen.map((j) => loss[j]!)];
    if (new Set(sizes).size < 3) continue;
    const other = fitOnce(sizes, losses);
    exponents.push(other.exponent);
    floors.push(other.floor);
  }
  return { ...best, residual: Math.sqrt(errorOf(best, x, loss)), exponentRange: middle(exponents), floorRange: middle(floors) };
}

function fitOnce(x: readonly number[], loss: readonly number[]): PowerLaw {
  const lowest = Math.min(...loss);
  let best = withFloor(0, x, loss);
  let [low, high] = [0, lowest * 0.999];
  for (let round = 0; round < 6; round++) {
    const step = (high - low) / 20;
    for (let floor = low; floor <= high; floor += Math.max(step, 1e-12)) {
      const law = withFloor(floor, x, loss);
      if (errorOf(law, x, loss) < errorOf(best, x, loss)) best = law;
    }
    [low, high] = [Math.max(0, best.floor - step), Math.min(lowest * 0.9999, best.floor + step)];
  }
  return best;
}

/** The line through log(loss − floor) against log x. */
function withFloor(floor: number, x: readonly number[], loss: readonly number[]): PowerLaw {
  const u = x.map(Math.log);
  const v = loss.map((value) => Math.log(value - floor));
  const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
  const [meanU, meanV] = [mean(u), mean(v)];
  const slope =
    u.reduce((sum, value, i) => sum + (value - meanU) * (v[i]! - meanV), 0) /
    u.reduce((sum, value) => sum + (value - meanU) ** 2, 0);
  return { floor, factor: Math.exp(meanV - slope * meanU), exponent: -slope };
}

/** Mean squared error of log loss. */
function errorOf(law: PowerLaw, x: readonly number[], loss: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + (Math.log(predict(law, value)) - Math.log(loss[i]!)) ** 2, 0) / x.length;
}

function middle(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return [at(0.05), at(0.95)];
}
