import type { Network } from './network.js';
import type { NetworkBuilder } from './networkBuilder.js';

const NORMALIZATION = { size: 5, alpha: 1e-4, beta: 0.75, bias: 2 };
/** Section 5 of the paper: normal weights of deviation 0.01, biases of one where that helps early training. */
const DRAWN = { kind: 'normal', deviation: 0.01 } as const;

/**
 * AlexNet as it won in 2012: 227 pixels, two groups of channels (two graphics cards) in the second, fourth and fifth convolution, local
 * response normalization, overlapping pools, dropout. 60,965,224 parameters with 1,000 classes.
 *
 * Source: Krizhevsky, Sutskever and Hinton 2012, ImageNet Classification with Deep Convolutional Neural Networks, section 3.5; the input is
 * 227 (not 224) pixels wide, as the published shapes demand. Order of normalization and pooling as in its figure 2.
 *
 * @example exportNetwork(alexNet({ classes: 1000 }), values)
 */
export function alexNet(options: { readonly classes: number }): Network {
  const define = (b: NetworkBuilder, input: string): string => {
    const pool = { kernel: 3, stride: 2 };
    let x = b.relu(b.conv(input, { name: 'conv1', from: 3, to: 96, kernel: 11, stride: 4, initializer: DRAWN }));
    x = b.maxPool(b.localResponseNorm(x, NORMALIZATION), { ...pool, name: 'pool1' });
    x = b.relu(b.conv(x, { name: 'conv2', from: 96, to: 256, kernel: 5, pad: 2, groups: 2, bias: 1, initializer: DRAWN }));
    x = b.maxPool(b.localResponseNorm(x, NORMALIZATION), { ...pool, name: 'pool2' });
    x = b.relu(b.conv(x, { name: 'conv3', from: 256, to: 384, kernel: 3, pad: 1, initializer: DRAWN }));
    x = b.relu(b.conv(x, { name: 'conv4', from: 384, to: 384, kernel: 3, pad: 1, groups: 2, bias: 1, initializer: DRAWN }));
    x = b.relu(b.conv(x, { name: 'conv5', from: 384, to: 256, kernel: 3, pad: 1, groups: 2, bias: 1, initializer: DRAWN }));
    x = b.graph.op('Flatten', [b.maxPool(x, { ...pool, name: 'pool5' })]);
    const dense = (from: number, to: number, name: string): string =>
      b.dropout(b.relu(b.dense(x, { name, from, to, bias: 1, initializer: DRAWN })), { name, dims: [to], rate: 0.5 });
    x = dense(256 * 6 * 6, 4096, 'fc6');
    x = dense(4096, 4096, 'fc7');
    return b.dense(x, { name: 'fc8', from: 4096, to: options.classes, initializer: DRAWN });
  };
  return {
    name: 'alexnet',
    description: 'AlexNet of 2012 (Krizhevsky, Sutskever, Hinton): five convolutions, three dense layers, 227-pixel pictures.',
    inputShape: [3, 227, 227],
    outputs: options.classes,
    define,
  };
}
