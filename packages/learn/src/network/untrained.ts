import type { Model } from '@incognita/onnx';
import { initialValues } from '../training/initialValues.js';
import { exportNetwork, type Network, namedValues, partsOf } from './network.js';
import { sizeOf } from './parameter.js';

/**
 * A network with the values that its training begins with: what structure and chance give before anything is learnt.
 *
 * @example const control = untrained(networkNamed('alexnet64').make({ classes: 1914, width: 1 }), { seed: 1 });
 */
export function untrained(network: Network, { seed }: { readonly seed: number }): Model {
  const { parameters, statistics } = partsOf(network);
  const values = initialValues(parameters, seed);
  const initial = statistics.flatMap(({ dims, initial }) => new Array<number>(sizeOf(dims)).fill(initial));
  return exportNetwork(network, namedValues(network, { values, statistics: Float32Array.from(initial) }));
}
