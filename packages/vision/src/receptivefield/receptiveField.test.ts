import { GraphBuilder, type Model } from '@incognita/onnx';
import { createRandom, float32, openModel } from '@incognita/runtime';
import { expect, test } from 'vitest';
import { iconSizePx } from './iconSize.js';
import { patchRect } from './patchRect.js';
import { ReceptiveFieldError, receptiveField } from './receptiveField.js';

type Layer = (b: GraphBuilder, x: string) => string;

function conv(kernel: [number, number], attributes: Record<string, number[] | string> = {}): Layer {
  return (b, x) =>
    b.op('Conv', [x, b.f32(new Array<number>(kernel[0] * kernel[1]).fill(1), [1, 1, ...kernel])], {
      kernel_shape: kernel,
      ...attributes,
    });
}
const pool =
  (op: string, kernel: number, stride: number, pad = 0): Layer =>
  (b, x) =>
    b.op(op, [x], { kernel_shape: [kernel, kernel], strides: [stride, stride], pads: [pad, pad, pad, pad] });

function network(height: number, width: number, ...layers: Layer[]): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 1, height, width]);
  const y = layers.reduce((value, layer) => layer(b, value), x);
  b.output(b.op('Relu', [y], {}, { output: 'y' }), 'float32', ['n', 1, null, null]);
  return b.model();
}

const inception: Layer = (b, x) =>
  b.op('Add', [conv([1, 5], { pads: [0, 2, 0, 2] })(b, x), conv([3, 1], { pads: [2, 0, 2, 0], dilations: [2, 1] })(b, x)]);
const residual: Layer = (b, x) => b.op('Add', [x, conv([3, 3], { pads: [1, 1, 1, 1] })(b, x)]);
const padding: Layer = (b, x) => b.op('Pad', [x, b.i64([0, 0, 2, 1, 0, 0, 1, 3])]);
const transposed: Layer = (b, x) =>
  b.op('ConvTranspose', [x, b.f32(new Array<number>(9).fill(1), [1, 1, 3, 3])], {
    kernel_shape: [3, 3],
    strides: [2, 2],
    pads: [1, 1, 1, 1],
  });
const global: Layer = (b, x) => b.op('Add', [x, b.op('GlobalAveragePool', [x])]);
const turned: Layer = (b, x) =>
  b.op('Transpose', [b.op('Relu', [b.op('Transpose', [x], { perm: [0, 3, 2, 1] })])], { perm: [0, 3, 2, 1] });

test.each<[string, Model]>([
  ['a convolution with stride and padding', network(13, 11, conv([3, 5], { strides: [2, 1], pads: [1, 2, 1, 2] }))],
  ['dilation', network(15, 15, conv([3, 3], { dilations: [3, 2] }))],
  [
    'pools after convolutions',
    network(17, 15, conv([3, 3]), pool('MaxPool', 3, 2), conv([3, 3], { pads: [1, 1, 1, 1] }), pool('AveragePool', 2, 2)),
  ],
  ['branches of different shape', network(13, 13, inception, pool('MaxPool', 3, 2, 1), residual)],
  ['padding of its own', network(12, 12, padding, conv([3, 3], { strides: [2, 2] }))],
  [
    'SAME_UPPER',
    network(12, 12, conv([3, 3], { auto_pad: 'SAME_UPPER', strides: [2, 2] }), conv([4, 4], { auto_pad: 'SAME_LOWER' })),
  ],
  ['transpositions', network(9, 7, conv([3, 1]), turned, conv([1, 2]))],
  ['a global path', network(9, 9, conv([3, 3]), global)],
])('of %s the field is what single pixels reach', async (_, model) => {
  await expectExact(model);
});

test('a transposed convolution is bounded', async () => {
  await expectExact(network(9, 9, pool('MaxPool', 2, 2), transposed), 'covers');
});

/** Lights every pixel alone and looks where the output is not zero: weights are positive, so nothing cancels. */
async function expectExact(model: Model, how: 'equals' | 'covers' = 'equals'): Promise<void> {
  const shape = model.graph.inputs[0]!.type!.shape as number[];
  const [height, width] = [shape[2]!, shape[3]!];
  const pixels = height * width;
  const lit = new Float32Array(pixels * pixels);
  for (let p = 0; p < pixels; p++) lit[p * pixels + p] = 1;
  const opened = await openModel(model, { workers: 1 });
  const y = (await opened.run({ x: float32([pixels, 1, height, width], lit) })).y!;
  await opened.dispose();
  const [, , rows, columns] = y.dims as [number, number, number, number];
  const field = receptiveField(model, 'x', 'y');
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const seen = Array.from({ length: pixels }, (_, p) => p).filter((p) => y.data[(p * rows + row) * columns + column] !== 0);
      const xs = seen.map((p) => p % width);
      const ys = seen.map((p) => Math.floor(p / width));
      const rect = patchRect(field, row, column, { width, height });
      const box = [Math.min(...xs), Math.min(...ys), Math.max(...xs) + 1, Math.max(...ys) + 1];
      const ours = [rect.x, rect.y, rect.x + rect.width, rect.y + rect.height];
      if (how === 'equals') expect(ours).toEqual(box);
      else if (seen.length > 0) {
        expect(ours[0]).toBeLessThanOrEqual(box[0]!);
        expect(ours[1]).toBeLessThanOrEqual(box[1]!);
        expect(ours[2]).toBeGreaterThanOrEqual(box[2]!);
        expect(ours[3]).toBeGreaterThanOrEqual(box[3]!);
      }
    }
}

test('sizes follow the textbook: two 3×3 convolutions around a 2×2 pool', () => {
  const field = receptiveField(network(32, 32, conv([3, 3]), pool('MaxPool', 2, 2), conv([3, 3])), 'x', 'y');
  expect(field.width).toEqual({ sizePx: 8, stridePx: 2, offsetPx: 0 });
});

test('a tensor without a way to the input is refused', () => {
  expect(() => receptiveField(network(8, 8, conv([3, 3])), 'x', 'nothing')).toThrow(ReceptiveFieldError);
});

test('patches are clipped to the picture and never empty', () => {
  const random = createRandom(1);
  const field = receptiveField(network(32, 32, conv([7, 7], { pads: [3, 3, 3, 3], strides: [4, 4] })), 'x', 'y');
  for (let i = 0; i < 200; i++) {
    const { x, y, width, height } = patchRect(field, random.integer(12), random.integer(12), { width: 32, height: 30 });
    expect(Math.min(x, y)).toBeGreaterThanOrEqual(0);
    expect(Math.min(width, height)).toBeGreaterThan(0);
    expect(x + width).toBeLessThanOrEqual(32);
    expect(y + height).toBeLessThanOrEqual(30);
  }
});

test('icons are about as large as the field, in multiples of 16, and no larger than 96', () => {
  const of = (sizePx: number): number =>
    iconSizePx({ height: { sizePx, stridePx: 1, offsetPx: 0 }, width: { sizePx, stridePx: 1, offsetPx: 0 } });
  expect([15, 63, 81, 96, 97, 1000, Infinity].map(of)).toEqual([48, 64, 96, 96, 96, 96, 96]);
});
