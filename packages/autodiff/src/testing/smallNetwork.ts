import { GraphBuilder, type Model } from '@incognita/onnx';
import { noise } from './random.js';

/** What {@link smallNetwork} can be made without. */
export interface SmallNetworkOptions {
  readonly bias?: boolean;
  /** Size of the first axis of the input. */
  readonly batch?: number | string;
  /** A rectifier and max-pools; else an affine network. Default true. */
  readonly kinks?: boolean;
  /** Where the ReLU6 ends; default 6. */
  readonly limit?: number;
}

/**
 * A network of 2×9×9 pictures with what rule sets treat differently: convolutions (strided, padded), ReLU and ReLU6, a
 * max-pool on a ReLU and one on a concatenation of ReLUs (overlapping, padded, rounded up), a residual sum, averages, a
 * dense layer.
 */
export function smallNetwork({ bias = true, batch = 'n', kinks = true, limit = 6 }: SmallNetworkOptions = {}): Model {
  const b = new GraphBuilder({ opset: 18 });
  const weight = (dims: number[], seed: number, gain = 1): string =>
    b.f32(
      Float32Array.from(noise(dims, seed).data as Float32Array, (v) => gain * v),
      dims,
    );
  const conv = (x: string, from: number, to: number, k: number, seed: number, strides = [1, 1]): string =>
    b.op('Conv', [x, weight([to, from, k, k], seed), ...(bias ? [weight([to], seed + 50, 0.3)] : [])], {
      pads: new Array<number>(4).fill((k - 1) / 2),
      strides,
    });
  const relu = (x: string, output = ''): string => (kinks ? b.op('Relu', [x], {}, { output }) : x);
  const pool = (x: string, attributes: Record<string, number | number[]>): string =>
    b.op(kinks ? 'MaxPool' : 'AveragePool', [x], attributes);
  const image = b.input('image', 'float32', [batch, 2, 9, 9]);
  const stem = relu(conv(image, 2, 4, 3, 1), 'stem');
  const pooled = pool(stem, { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] });
  const left = relu(conv(pooled, 4, 3, 1, 2));
  const right = relu(conv(pooled, 4, 3, 3, 3));
  const both = b.op('Concat', [left, right], { axis: 1 });
  const small = pool(both, { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1 });
  const mixed = conv(small, 6, 6, 3, 4);
  const inner = kinks ? b.op('Clip', [mixed, b.f32(0), b.f32(limit)]) : mixed;
  const summed = relu(b.op('Add', [inner, small]), 'summed');
  const down = conv(summed, 6, 5, 3, 5, [2, 2]);
  const means = b.op('AveragePool', [relu(down)], { kernel_shape: [2, 2] });
  const flat = b.op('Flatten', [b.op('GlobalAveragePool', [means])]);
  b.op('Gemm', [flat, weight([4, 5], 6), ...(bias ? [weight([4], 56)] : [])], { transB: 1 }, { output: 'logits' });
  b.output('logits', 'float32', [batch, 4]);
  return b.model();
}
