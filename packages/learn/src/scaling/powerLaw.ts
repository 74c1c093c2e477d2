import { createRandom, type Random } from '@incognita/runtime';

/** loss(x) = floor + factor · x^(−exponent). */
export interface PowerLaw {
  readonly floor: number;
  readonly factor: number;
  readonly exponent: number;
}

/** A fitted law, and how far it may be off: the middle 90 % of what other measurements with the same scatter would give. */
export interface PowerLawFit extends PowerLaw {
  /** Root mean square of the residuals of log loss. */
  readonly residual: number;
  readonly exponentRange: readonly [number, number];
  /** Null where the floor was held at zero. */
  readonly floorRange: readonly [number, number] | null;
  /** Range of the law at each of `at`. */
  readonly band: readonly { readonly x: number; readonly low: number; readonly middle: number; readonly high: number }[];
}

/** Options of {@link fitPowerLaw}. */
export interface PowerLawOptions {
  readonly seed: number;
  /** A loss that no size gets below: found, or held at zero where there are few measurements. Default `free`. */
  readonly floor?: 'free' | 'zero';
  /** Default 500. */
  readonly resamples?: number;
  /** Where the band is wanted; default nowhere. */
  readonly at?: readonly number[];
}

/** What the law says at x. */
export function predict({ floor, factor, exponent }: PowerLaw, x: number): number {
  return floor + factor * x ** -exponent;
}

/**
 * Fits a power law to measured losses by least squares of log loss: for a given floor, log(loss − floor) is a line in log x; the best floor is searched for.
 *
 * The ranges come from losses drawn again around the fitted law (parametric bootstrap). Their deviation is not the measured one but is drawn from its own
 * uncertainty (scaled inverse χ² with as many degrees of freedom as there are measurements beyond the law's numbers), as Student's t does it:
 * with five measurements the ranges are wide, as they must be.
 *
 * Source: Hoffmann et al. 2022 (arXiv 2203.15556, section 3.3) for the form; Efron 1979 for the bootstrap; Gelman et al., Bayesian Data
 * Analysis, section 14.2 for the deviation.
 *
 * @param x positive: parameters, examples or operations. @param loss positive.
 * @throws RangeError for fewer than four different x with a floor, three without, or numbers that are not positive.
 * @example fitPowerLaw([1e4, 1e5, 1e6, 1e7], [3.9, 3.1, 2.4, 2.0], { seed: 1, floor: 'zero' }).exponentRange
 */
export function fitPowerLaw(
  x: readonly number[],
  loss: readonly number[],
  { seed, floor = 'free', resamples = 500, at = [] }: PowerLawOptions,
): PowerLawFit {
  const unknowns = floor === 'free' ? 3 : 2;
  const sizes = new Set(x).size;
  if (x.length !== loss.length) throw new RangeError(`There are ${loss.length} losses for ${x.length} sizes.`);
  if (sizes <= unknowns)
    throw new RangeError(
      `A power law ${floor === 'free' ? 'with' : 'without'} a floor needs at least ${unknowns + 1} different sizes; there are ${sizes}.`,
    );
  for (const value of [...x, ...loss]) if (!(value > 0)) throw new RangeError(`Sizes and losses must be positive, not ${value}.`);
  const fit = floor === 'free' ? fitWithFloor : fitLine;
  const best = fit(x, loss);
  const squares = squaredError(best, x, loss);
  const random = createRandom(seed);
  const freedom = x.length - unknowns;
  const others = Array.from({ length: resamples }, () => {
    const deviation = Math.sqrt(squares / chiSquare(freedom, random));
    return fit(
      x,
      x.map((size) => predict(best, size) * Math.exp(deviation * random.gaussian())),
    );
  });
  return {
    ...best,
    residual: Math.sqrt(squares / x.length),
    exponentRange: middle(others.map((law) => law.exponent)),
    floorRange: floor === 'free' ? middle(others.map((law) => law.floor)) : null,
    band: at.map((size) => {
      const [low, high] = middle(others.map((law) => predict(law, size)));
      return { x: size, low, middle: predict(best, size), high };
    }),
  };
}

function fitLine(x: readonly number[], loss: readonly number[]): PowerLaw {
  return withFloor(0, x, loss);
}

const GRID = 12;
const SECTIONS = 22;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/** The best floor of a grid, then golden sections around it. */
function fitWithFloor(x: readonly number[], loss: readonly number[]): PowerLaw {
  const most = Math.min(...loss) * (1 - 1e-4);
  const errorAt = (floor: number): number => squaredError(withFloor(floor, x, loss), x, loss);
  const errors = Array.from({ length: GRID + 1 }, (_, i) => errorAt((most * i) / GRID));
  const best = errors.indexOf(Math.min(...errors));
  let [low, high] = [best - 1, best + 1].map((i) => (most * Math.min(GRID, Math.max(0, i))) / GRID) as [number, number];
  for (let i = 0; i < SECTIONS; i++) {
    const [left, right] = [high - GOLDEN * (high - low), low + GOLDEN * (high - low)];
    if (errorAt(left) <= errorAt(right)) high = right;
    else low = left;
  }
  const refined = (low + high) / 2;
  return withFloor(errorAt(refined) < errorAt(0) ? refined : 0, x, loss);
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

/** Sum of squared errors of log loss. */
function squaredError(law: PowerLaw, x: readonly number[], loss: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + (Math.log(predict(law, value)) - Math.log(loss[i]!)) ** 2, 0);
}

/** A sum of so many squared normal numbers. */
function chiSquare(freedom: number, random: Random): number {
  let sum = 0;
  for (let i = 0; i < freedom; i++) sum += random.gaussian() ** 2;
  return sum;
}

function middle(values: readonly number[]): readonly [number, number] {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
  return [at(0.05), at(0.95)];
}
