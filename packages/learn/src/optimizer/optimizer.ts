/** How parameters follow their gradients. */
export type OptimizerOptions =
  /** Source: Polyak 1964; Sutskever et al. 2013; as PyTorch's SGD: b ← μ b + g, θ ← θ − η b (with Nesterov: θ − η (g + μ b)). */
  | { readonly kind: 'sgd'; readonly momentum?: number; readonly nesterov?: boolean; readonly weightDecay?: number }
  /** Source: Kingma and Ba 2015, algorithm 1; decay is added to the gradient. */
  | {
      readonly kind: 'adam';
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
      readonly weightDecay?: number;
    }
  /** Source: Loshchilov and Hutter 2019, algorithm 2 (decay scaled by the learning rate, as PyTorch's AdamW). */
  | {
      readonly kind: 'adamw';
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
      readonly weightDecay?: number;
    };

/** The tensors of one update; all of one length, changed in place but for the gradient. */
export interface UpdateState {
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  /** First moment, or the momentum's velocity. */
  readonly first: Float32Array;
  /** Second moment; unused by `sgd`. */
  readonly second: Float32Array;
  /** 1 where weight decay applies. */
  readonly decays: Uint8Array;
}

/** One update of the elements [from, to): learning rate, number of this update (from 1), and a factor of the gradient (clipping). */
export interface UpdateStep {
  readonly learningRate: number;
  readonly update: number;
  readonly gradientFactor: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Applies one update in place. Plain loops over shared arrays: with millions of parameters this is faster than an ONNX graph, whose outputs are
 * copied out of the engine (`npm run bench` has the numbers).
 *
 * @example updateParameters({ kind: 'sgd', momentum: 0.9 }, state, { learningRate: 0.1, update: 1, gradientFactor: 1, from: 0, to: n });
 */
export function updateParameters(options: OptimizerOptions, state: UpdateState, step: UpdateStep): void {
  if (options.kind === 'sgd') descend(options, state, step);
  else adapt(options, state, step);
}

function descend(options: OptimizerOptions & { kind: 'sgd' }, state: UpdateState, step: UpdateStep): void {
  const { momentum = 0, nesterov = false, weightDecay = 0 } = options;
  const { values, gradient, first, decays } = state;
  const { learningRate, gradientFactor, from, to } = step;
  for (let i = from; i < to; i++) {
    const g = gradient[i]! * gradientFactor + (decays[i] === 1 ? weightDecay * values[i]! : 0);
    const velocity = momentum * first[i]! + g;
    first[i] = velocity;
    values[i] = values[i]! - learningRate * (nesterov ? g + momentum * velocity : velocity);
  }
}

function adapt(options: OptimizerOptions & { kind: 'adam' | 'adamw' }, state: UpdateState, step: UpdateStep): void {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  const coupled = options.kind === 'adam';
  const { values, gradient, first, second, decays } = state;
  const { learningRate, update, gradientFactor, from, to } = step;
  const correction1 = 1 - beta1 ** update;
  const correction2 = 1 - beta2 ** update;
  for (let i = from; i < to; i++) {
    const decay = decays[i] === 1 ? weightDecay * values[i]! : 0;
    const g = gradient[i]! * gradientFactor + (coupled ? decay : 0);
    const mean = beta1 * first[i]! + (1 - beta1) * g;
    const square = beta2 * second[i]! + (1 - beta2) * g * g;
    first[i] = mean;
    second[i] = square;
    const change = mean / correction1 / (Math.sqrt(square / correction2) + epsilon);
    values[i] = values[i]! - learningRate * (change + (coupled ? 0 : decay));
  }
}
