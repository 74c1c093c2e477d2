import type { Network } from './network.js';
import type { NetworkBuilder } from './networkBuilder.js';
import { sizeOf } from './parameter.js';

/** Options of {@link multiLayerPerceptron}. */
export interface PerceptronOptions {
  readonly inputShape: readonly number[];
  readonly classes: number;
  /** Widths of the hidden layers. None: a linear classifier. */
  readonly hidden?: readonly number[];
}

/**
 * Dense layers with rectified hidden units, trained by back-propagation. Source: Rumelhart, Hinton and Williams 1986, Learning
 * representations by back-propagating errors (with sigmoids; rectifiers train faster, Glorot et al. 2011).
 */
export function multiLayerPerceptron({ inputShape, classes, hidden = [256, 128] }: PerceptronOptions): Network {
  const define = (b: NetworkBuilder, input: string): string => {
    let x = b.graph.op('Flatten', [input]);
    let from = sizeOf(inputShape);
    for (const [i, to] of hidden.entries()) {
      x = b.relu(b.dense(x, { name: `hidden${i + 1}`, from, to, rectified: true }));
      from = to;
    }
    return b.dense(x, { name: 'scores', from, to: classes });
  };
  return {
    name: hidden.length === 0 ? 'linear' : 'mlp',
    description:
      hidden.length === 0 ? 'A linear classifier.' : `A multi-layer perceptron with hidden layers of ${hidden.join(', ')} units.`,
    inputShape,
    outputs: classes,
    define,
  };
}
