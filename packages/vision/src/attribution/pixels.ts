import { createRandom } from '@incognita/runtime';
import type { Attribution } from './attributionGraphs.js';

/** What a method says of one picture. */
export interface PixelAttribution {
  /** The unit's value. */
  readonly score: number;
  /** [planes, h, w], signed: what every value of the picture contributes, or how it would change the unit. */
  readonly values: Float32Array;
  /** [h, w]: one number a pixel, to look at. Sums of planes for methods that share the score out, largest sizes for gradients. */
  readonly map: Float32Array;
}

/**
 * The gradient of the unit by the picture; the map is the largest size over planes. Source: Simonyan, Vedaldi and Zisserman, "Deep inside
 * convolutional networks", 2013, section 3.1.
 */
export async function saliency(attribution: Attribution, picture: Float32Array): Promise<PixelAttribution> {
  const { scores, values } = await attribution.pullBack(picture);
  return { score: scores[0]!, values, map: largest(values, attribution.planes) };
}

/**
 * Guided backpropagation: rectifiers pass only what is positive. Source: Springenberg et al. 2014. It shows what the network sees rather
 * than what the unit depends on: Adebayo et al., "Sanity checks for saliency maps", NeurIPS 2018.
 */
export async function guidedGradient(attribution: Attribution, picture: Float32Array): Promise<PixelAttribution> {
  const { scores, values } = await attribution.pullBack(picture, { rules: 'guided' });
  return { score: scores[0]!, values, map: largest(values, attribution.planes) };
}

/** Options of {@link smoothGrad}. */
export interface SmoothGradOptions {
  /** Noisy copies; default 32. */
  readonly samples?: number;
  /** Deviation of the noise as a share of the picture's range; default 0.15. */
  readonly noise?: number;
  /** Default 0. */
  readonly seed?: number;
}

/**
 * The mean gradient over noisy copies of the picture. Source: Smilkov et al., "SmoothGrad", 2017 (arXiv 1706.03825): 50 samples, noise of 10 to
 * 20 % of the range.
 */
export async function smoothGrad(
  attribution: Attribution,
  picture: Float32Array,
  { samples = 32, noise = 0.15, seed = 0 }: SmoothGradOptions = {},
): Promise<PixelAttribution> {
  const random = createRandom(seed);
  const range = picture.reduce((a, b) => Math.max(a, b), -Infinity) - picture.reduce((a, b) => Math.min(a, b), Infinity);
  const copies = new Float32Array(samples * picture.length);
  for (let i = 0; i < copies.length; i++) copies[i] = picture[i % picture.length]! + noise * range * random.gaussian();
  const { values } = await attribution.pullBack(copies);
  const mean = meanOf(values, picture.length);
  const [score] = await attribution.scores(picture);
  return { score: score!, values: mean, map: largest(mean, attribution.planes) };
}

/** Options of {@link integratedGradients}. */
export interface IntegratedGradientsOptions {
  /** The picture without information, [planes, h, w]; default black. */
  readonly baseline?: Float32Array;
  /** Steps of the path at first; doubled until the error is below `tolerance`. Default 32. */
  readonly steps?: number;
  /** Largest share of F(x) − F(baseline) that the sum may miss. Default 0.01. */
  readonly tolerance?: number;
  /** Default 512. */
  readonly maxSteps?: number;
}

/** What {@link integratedGradients} gives. */
export interface IntegratedGradients extends PixelAttribution {
  readonly baselineScore: number;
  /** |Σ values − (F(x) − F(baseline))| / |F(x) − F(baseline)|: the theory says 0. */
  readonly completenessError: number;
  readonly steps: number;
}

/**
 * (x − baseline) times the mean gradient on the straight way between them (midpoint rule); the values add up to F(x) − F(baseline). Source: Sundararajan,
 * Taly and Yan, "Axiomatic attribution for deep networks", ICML 2017.
 */
export async function integratedGradients(
  attribution: Attribution,
  picture: Float32Array,
  {
    baseline = new Float32Array(picture.length),
    steps: first = 32,
    tolerance = 0.01,
    maxSteps = 512,
  }: IntegratedGradientsOptions = {},
): Promise<IntegratedGradients> {
  if (baseline.length !== picture.length)
    throw new RangeError(
      `The baseline holds ${baseline.length} values and the picture ${picture.length}: they must be of one size.`,
    );
  const both = new Float32Array(2 * picture.length);
  both.set(picture);
  both.set(baseline, picture.length);
  const [score, baselineScore] = await attribution.scores(both);
  for (let steps = first; ; steps *= 2) {
    const sum = new Float64Array(picture.length);
    // Some points of the path at a time: memory does not grow with the steps.
    for (let from = 0; from < steps; from += attribution.batch) {
      const count = Math.min(attribution.batch, steps - from);
      const points = new Float32Array(count * picture.length);
      for (let s = 0; s < count; s++)
        for (let i = 0; i < picture.length; i++)
          points[s * picture.length + i] = baseline[i]! + ((from + s + 0.5) / steps) * (picture[i]! - baseline[i]!);
      const { values } = await attribution.pullBack(points);
      for (let i = 0; i < values.length; i++) sum[i % picture.length]! += values[i]!;
    }
    const values = Float32Array.from(sum, (value, i) => (value / steps) * (picture[i]! - baseline[i]!));
    const total = values.reduce((a, b) => a + b, 0);
    const difference = score! - baselineScore!;
    const completenessError = difference === 0 ? Math.abs(total) : Math.abs(total - difference) / Math.abs(difference);
    if (completenessError < tolerance || 2 * steps > maxSteps)
      return {
        score: score!,
        baselineScore: baselineScore!,
        values,
        map: summed(values, attribution.planes),
        completenessError,
        steps,
      };
  }
}

/** Planes added up: [h, w]. */
export function summed(values: Float32Array, planes: number): Float32Array {
  const pixels = values.length / planes;
  return Float32Array.from({ length: pixels }, (_, i) => {
    let sum = 0;
    for (let p = 0; p < planes; p++) sum += values[p * pixels + i]!;
    return sum;
  });
}

/** The largest size over planes: [h, w]. */
function largest(values: Float32Array, planes: number): Float32Array {
  const pixels = values.length / planes;
  return Float32Array.from({ length: pixels }, (_, i) => {
    let most = 0;
    for (let p = 0; p < planes; p++) most = Math.max(most, Math.abs(values[p * pixels + i]!));
    return most;
  });
}

function meanOf(values: Float32Array, size: number): Float32Array {
  const sum = new Float64Array(size);
  for (let i = 0; i < values.length; i++) sum[i % size]! += values[i]!;
  return Float32Array.from(sum, (value) => (value * size) / values.length);
}
