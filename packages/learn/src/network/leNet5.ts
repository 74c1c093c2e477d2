import type { Network } from './network.js';
import type { NetworkBuilder } from './networkBuilder.js';

/** Options of {@link leNet5}. */
export interface LeNet5Options {
  readonly classes: number;
  /** Of the pictures; default 1. */
  readonly channels?: number;
  /** Multiplies all widths; default 1. */
  readonly width?: number;
}

/**
 * LeNet-5: two convolutions with average pools, then dense layers of 120 and 84, tanh throughout; 32-pixel pictures. Where the original used a partial
 * table of connections (C3), trainable pools and radial basis outputs, this has full connections, plain means and a linear layer, as later descriptions do.
 *
 * Source: LeCun, Bottou, Bengio and Haffner 1998, Gradient-Based Learning Applied to Document Recognition, section II.B.
 */
export function leNet5(options: LeNet5Options): Network {
  const { classes, channels = 1, width = 1 } = options;
  const wide = (units: number): number => Math.max(2, Math.round(units * width));
  const [first, second, fifth, sixth] = [wide(6), wide(16), wide(120), wide(84)];
  const define = (b: NetworkBuilder, input: string): string => {
    const conv = (x: string, name: string, from: number, to: number): string =>
      b.graph.op('Tanh', [
        b.conv(x, { name, from, to, kernel: 5, initializer: { kind: 'normal', deviation: 1 / Math.sqrt(from * 25) } }),
      ]);
    const mean = (x: string): string => b.graph.op('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2] });
    let x = mean(conv(input, 'c1', channels, first));
    x = mean(conv(x, 'c3', first, second));
    x = b.graph.op('Tanh', [b.dense(b.graph.op('Flatten', [x]), { name: 'c5', from: second * 5 * 5, to: fifth })]);
    x = b.graph.op('Tanh', [b.dense(x, { name: 'f6', from: fifth, to: sixth })]);
    return b.dense(x, { name: 'output', from: sixth, to: classes });
  };
  return {
    name: 'lenet5',
    description: 'LeNet-5 (LeCun and others 1998): two convolutions and three dense layers, 32-pixel pictures.',
    inputShape: [channels, 32, 32],
    outputs: classes,
    define,
  };
}
