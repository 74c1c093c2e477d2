import type { Network } from './network.js';
import type { ConvOptions, NetworkBuilder } from './networkBuilder.js';

/** Options of {@link alexNet64}. */
export interface AlexNet64Options {
  readonly classes: number;
  /** Multiplies all widths but the 96 first-layer kernels; default 1. */
  readonly width?: number;
}

/**
 * The first layer's stride, and its initial deviation: AlexNet's own, a tenth of what He et al. would give. Behind a batch normalization the
 * scale of kernels changes nothing but how soon they forget their beginning: larger ones are noise still after a thousand steps.
 */
const FIRST: Partial<ConvOptions> = { stride: 2, initializer: { kind: 'normal', deviation: 0.01 } };

/**
 * AlexNet's shape for 64-pixel pictures, small enough for a laptop: five convolutions with 96 first-layer kernels of 7 × 7, groups in the second, fourth
 * and fifth, overlapping pools, dropout, three dense layers. Batch normalization (Ioffe and Szegedy 2015) stands where AlexNet had local response
 * normalization; it is folded into the kernels of the finished network.
 */
export function alexNet64({ classes, width = 1 }: AlexNet64Options): Network {
  const wide = (channels: number): number => Math.max(8, Math.round((channels * width) / 8) * 8);
  const [first, second, third, fourth, fifth, sixth, seventh] = [
    96,
    wide(192),
    wide(256),
    wide(256),
    wide(192),
    wide(768),
    wide(512),
  ];
  const define = (b: NetworkBuilder, input: string): string => {
    const conv = (x: string, name: string, from: number, to: number, kernel: number, groups: number): string =>
      b.relu(
        b.conv(x, { name, from, to, kernel, pad: (kernel - 1) / 2, groups, batchNorm: true, ...(name === 'conv1' ? FIRST : {}) }),
      );
    const pool = { kernel: 3, stride: 2 };
    let x = b.maxPool(conv(input, 'conv1', 3, first, 7, 1), { ...pool, name: 'pool1' });
    x = b.maxPool(conv(x, 'conv2', first, second, 5, 2), { ...pool, name: 'pool2' });
    x = conv(x, 'conv3', second, third, 3, 1);
    x = conv(x, 'conv4', third, fourth, 3, 2);
    x = b.maxPool(conv(x, 'conv5', fourth, fifth, 3, 2), { ...pool, name: 'pool5' });
    x = b.graph.op('Flatten', [x]);
    const dense = (from: number, to: number, name: string): string => {
      const kept = b.dropout(x, { name, dims: [from], rate: 0.3 });
      return b.relu(b.dense(kept, { name, from, to, rectified: true, batchNorm: true }));
    };
    x = dense(fifth * 3 * 3, sixth, 'fc6');
    x = dense(sixth, seventh, 'fc7');
    return b.dense(x, { name: 'fc8', from: seventh, to: classes });
  };
  return {
    name: 'alexnet64',
    description: "AlexNet's shape at 64 pixels, with batch normalization.",
    inputShape: [3, 64, 64],
    outputs: classes,
    define,
  };
}
