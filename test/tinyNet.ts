import { writeFile } from 'node:fs/promises';
import { GraphBuilder, write } from '../packages/onnx/dist/index.js';
import { randomFrom } from './e2e/random.ts';

/**
 * Writes a small convolutional network (three convolutions, pooling, a dense layer of nine classes) with random weights: a real
 * ONNX file of a few kilobytes whose every stage takes milliseconds.
 *
 * @param sizePx side of its input
 */
export async function writeTinyNet(path: string, sizePx: number): Promise<void> {
  const random = randomFrom(7);
  const weights = (dims: number[]): Float32Array => {
    const fan = dims.slice(1).reduce((a, b) => a * b, 1);
    return Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => (random() * 2 - 1) * Math.sqrt(6 / fan));
  };
  const b = new GraphBuilder({ name: 'tiny' });
  let value = b.input('image', 'float32', ['n', 3, sizePx, sizePx]);
  for (const [index, [channels, from]] of [
    [8, 3],
    [16, 8],
    [24, 16],
  ].entries() as IterableIterator<[number, [number, number]]>) {
    const dims = [channels, from, 3, 3];
    const kernel = b.f32(weights(dims), dims);
    value = b.op(
      'Relu',
      [b.op('Conv', [value, kernel], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] })],
      {},
      { output: `block${index + 1}` },
    );
    if (index < 2) value = b.op('MaxPool', [value], { kernel_shape: [2, 2], strides: [2, 2] });
  }
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [value])]);
  const logits = b.op('Gemm', [pooled, b.f32(weights([9, 24]), [9, 24])], { transB: 1 });
  b.output(logits, 'float32', ['n', 9], 'logits');
  await writeFile(path, write(b.model()));
}
