import { nearestNames } from '@incognita/onnx';
import { alexNet64 } from './alexNet64.js';
import { leNet5 } from './leNet5.js';
import { multiLayerPerceptron } from './multiLayerPerceptron.js';
import type { Network } from './network.js';

/** A classifier of colour pictures that can be asked for by name. */
export interface CataloguedNetwork {
  readonly name: string;
  readonly description: string;
  /** Side of its pictures. */
  readonly sidePx: number;
  /** `width` multiplies the widths of its layers. */
  readonly make: (options: { readonly classes: number; readonly width: number }) => Network;
}

/** The networks that pictures can be learnt with by name, from the oldest idea to the newest. */
export const NETWORKS: readonly CataloguedNetwork[] = [
  {
    name: 'linear',
    description: 'a linear classifier of 32-pixel pictures: what one layer can do',
    sidePx: 32,
    make: ({ classes, width }) => {
      if (width !== 1)
        throw new RangeError(`A linear classifier has no hidden layers whose width could be multiplied by ${width}.`);
      return multiLayerPerceptron({ inputShape: [3, 32, 32], classes, hidden: [] });
    },
  },
  {
    name: 'mlp',
    description: 'a multi-layer perceptron with hidden layers of 256 and 128, 32-pixel pictures',
    sidePx: 32,
    make: ({ classes, width }) =>
      multiLayerPerceptron({
        inputShape: [3, 32, 32],
        classes,
        hidden: [256, 128].map((units) => Math.max(2, Math.round(units * width))),
      }),
  },
  {
    name: 'lenet5',
    description: 'LeNet-5 (1998): two convolutions and three dense layers, 32-pixel pictures in colour',
    sidePx: 32,
    make: ({ classes, width }) => leNet5({ classes, channels: 3, width }),
  },
  {
    name: 'alexnet64',
    description: "AlexNet's shape (2012) for 64-pixel pictures: five convolutions and three dense layers",
    sidePx: 64,
    make: ({ classes, width }) => alexNet64({ classes, width }),
  },
];

/**
 * Looks a network up.
 *
 * @throws RangeError that offers the nearest name.
 */
export function networkNamed(name: string): CataloguedNetwork {
  const found = NETWORKS.find((network) => network.name === name);
  if (found) return found;
  const names = NETWORKS.map((network) => network.name);
  const [nearest] = nearestNames(name, names);
  throw new RangeError(`There is no network "${name}"; did you mean ${nearest}? There are: ${names.join(', ')}.`);
}
