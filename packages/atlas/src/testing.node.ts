/** A small network and pictures that several tests share. Not exported from the package. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GraphBuilder, write } from '@incognita/onnx';
import { encodePng } from '@incognita/vision';
import { randomFor } from './random.js';

/** conv → relu → (an operator) → conv → relu → (an operator) → global average pool → dense: 3 classes, 24 × 24 pixels; `channels` of the first layer. */
export function tinyNet({
  behind,
  within,
  channels = 8,
}: {
  behind?: string;
  within?: string;
  channels?: number;
} = {}): Uint8Array {
  const random = randomFor('tiny net');
  const weights = (dims: number[], scale: number) =>
    Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => scale * random.gaussian());
  const b = new GraphBuilder();
  const x = b.input('image', 'float32', ['n', 3, 24, 24]);
  const conv = (input: string, dims: number[], output: string) =>
    b.op(
      'Relu',
      [b.op('Conv', [input, b.f32(weights(dims, 0.3), dims)], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] })],
      {},
      { output },
    );
  const one = conv(x, [channels, 3, 3, 3], 'one');
  const two = conv(within === undefined ? one : b.op(within, [one]), [12, channels, 3, 3], 'two');
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [behind === undefined ? two : b.op(behind, [two])])]);
  const logits = b.op('Gemm', [pooled, b.f32(weights([12, 3], 0.5), [12, 3])], {}, { output: 'logits' });
  b.output(logits, 'float32', ['n', 3]);
  return write(b.model());
}

/** Pictures of coloured stripes in three folders, and one file that is no picture. */
export async function drawPictures(dir: string): Promise<void> {
  const random = randomFor('pictures');
  for (const [k, name] of ['red', 'green', 'blue'].entries()) {
    await mkdir(path.join(dir, name), { recursive: true });
    for (let i = 0; i < 8; i++) {
      const data = new Uint8Array(30 * 30 * 3);
      const width = 2 + random.integer(5);
      for (let p = 0; p < 900; p++) {
        const stripe = Math.floor(((p % 30) + i) / width) % 2 === 0;
        for (let c = 0; c < 3; c++) data[p * 3 + c] = (c === k && stripe ? 180 : 20) + random.integer(50);
      }
      await writeFile(path.join(dir, name, `${i}.png`), await encodePng({ width: 30, height: 30, data }));
    }
  }
  await writeFile(path.join(dir, 'red', 'broken.png'), 'no picture');
}
