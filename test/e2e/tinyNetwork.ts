import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GraphBuilder, ops, write } from '@incognita/onnx';
import { randomFrom } from './random.ts';

/**
 * A real convolutional network of two layers and a read-out with seeded random weights, 48 × 48 pixels in, one score for each
 * of `classNames` out; written with its class names beside it. Returns the model's path.
 */
export async function writeTinyNetwork({ dir, classNames, seed }: { dir: string; classNames: readonly string[]; seed: number }) {
  const random = randomFrom(seed);
  const weight = (b: GraphBuilder, ...dims: number[]) => {
    const count = dims.reduce((product, d) => product * d, 1);
    const bound = Math.sqrt(6 / (count / dims[0]!));
    return b.f32(
      Float32Array.from({ length: count }, () => (2 * random() - 1) * bound),
      dims,
    );
  };
  const b = new GraphBuilder({ name: 'tiny' });
  const x = b.input('image', 'float32', ['n', 3, 48, 48]);
  const first = ops.relu(b, ops.conv(b, x, weight(b, 12, 3, 5, 5), undefined, { strides: [2, 2], pads: [2, 2, 2, 2] }));
  const second = ops.relu(b, ops.conv(b, first, weight(b, 24, 12, 3, 3), undefined, { strides: [2, 2], pads: [1, 1, 1, 1] }));
  const pooled = ops.reshape(b, ops.globalAveragePool(b, second), b.i64([-1, 24]));
  b.output(ops.gemm(b, pooled, weight(b, 24, classNames.length)), 'float32', ['n', classNames.length], 'scores');
  await mkdir(dir, { recursive: true });
  const path = join(dir, 'tiny.onnx');
  await writeFile(path, write(b.model()));
  await writeFile(join(dir, 'tiny-labels.json'), JSON.stringify(classNames));
  return path;
}
