/** How a parameter's values are drawn before training. */
export type Initializer =
  /** Every value the same. */
  | { readonly kind: 'constant'; readonly value: number }
  /** Normal with this standard deviation. */
  | { readonly kind: 'normal'; readonly deviation: number }
  /** Uniform in [−bound, bound). */
  | { readonly kind: 'uniform'; readonly bound: number };

/** A tensor that training changes. */
export interface Parameter {
  readonly name: string;
  readonly dims: readonly number[];
  readonly initializer: Initializer;
  /** Whether weight decay applies: to kernels and matrices, not to biases and normalizations. */
  readonly decay: boolean;
}

/** A statistic of the training batches that the finished network uses in place of the batch's own: an exponential moving average. */
export interface RunningStatistic {
  readonly name: string;
  readonly dims: readonly number[];
  readonly initial: number;
}

/** A tensor of independent factors, 0 with probability `rate` and else 1 / (1 − rate), drawn anew for each example and step. */
export interface DropoutMask {
  readonly name: string;
  /** Without the batch axis. */
  readonly dims: readonly number[];
  readonly rate: number;
}

/** A tensor of independent standard normal numbers, drawn anew for each example and step. */
export interface NormalNoise {
  readonly name: string;
  /** Without the batch axis. */
  readonly dims: readonly number[];
}

/** Elements of a shape. */
export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

/**
 * Deviation that keeps the variance of activations through a layer with rectified outputs: √(2 / fan in).
 *
 * Source: He et al. 2015, Delving Deep into Rectifiers, equation 10 (arXiv 1502.01852).
 */
export function heNormal(fanIn: number): Initializer {
  return { kind: 'normal', deviation: Math.sqrt(2 / fanIn) };
}

/** Deviation for layers whose outputs are not rectified: √(1 / fan in). Source: LeCun et al. 1998, Efficient BackProp, equation 16. */
export function lecunNormal(fanIn: number): Initializer {
  return { kind: 'normal', deviation: Math.sqrt(1 / fanIn) };
}
