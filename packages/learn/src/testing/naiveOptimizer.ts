import type { OptimizerOptions } from '../optimizer/optimizer.js';

/** The published update rules on one number, in double precision; each call is the next step. */
export function naiveOptimizer(
  options: OptimizerOptions,
  start: number,
  decays: boolean,
): (gradient: number, rate: number) => number {
  let [x, m, v, t] = [start, 0, 0, 0];
  const decay = decays ? (options.weightDecay ?? 0) : 0;
  return (gradient, rate) => {
    t++;
    if (options.kind === 'sgd') {
      const g = gradient + decay * x;
      m = (options.momentum ?? 0) * m + g;
      x -= rate * (options.nesterov ? g + (options.momentum ?? 0) * m : m);
      return x;
    }
    const g = options.kind === 'adam' ? gradient + decay * x : gradient;
    if (options.kind === 'adamw') x -= rate * decay * x;
    const [b1, b2] = [options.beta1 ?? 0.9, options.beta2 ?? 0.999];
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g * g;
    const mHat = m / (1 - b1 ** t);
    const vHat = v / (1 - b2 ** t);
    x -= (rate * mHat) / (Math.sqrt(vHat) + (options.epsilon ?? 1e-8));
    return x;
  };
}
