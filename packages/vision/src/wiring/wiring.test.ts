import { constantTensor, GraphBuilder } from '@incognita/onnx';
import { createRandom, float32, openModel } from '@incognita/runtime';
import { expect, test } from 'vitest';
import { strongestLinks } from './strongest.js';
import { weightLinks } from './weightLinks.js';

const random = createRandom(2);
const gaussians = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.gaussian());

/** What a constant map of one channel adds to each output of a linear operator: the sum of its weights, measured by running it. */
async function measured(
  model: ReturnType<GraphBuilder['model']>,
  input: string,
  dims: number[],
  channels: number,
  output: string,
) {
  const opened = await openModel(model, { workers: 1 });
  const run = async (channel: number | null): Promise<number[]> => {
    const size = dims[2]! * dims[3]!;
    const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
    if (channel !== null) data.fill(1, channel * size, (channel + 1) * size);
    const { data: out, dims: shape } = (await opened.run({ [input]: float32(dims, data) }))[output]!;
    const positions = (shape[2] ?? 1) * (shape[3] ?? 1);
    const middle = Math.floor((shape[2] ?? 1) / 2) * (shape[3] ?? 1) + Math.floor((shape[3] ?? 1) / 2);
    return Array.from({ length: shape[1]! }, (_, o) => (out as Float32Array)[o * positions + middle]!);
  };
  const nothing = await run(null);
  const columns: number[][] = [];
  for (let c = 0; c < channels; c++) columns.push((await run(c)).map((value, o) => value - nothing[o]!));
  await opened.dispose();
  return columns;
}

test('links by weight are what a channel adds where it is one everywhere, also behind a concatenation and with groups', async () => {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [1, 4, 7, 7]);
  const other = b.op('Conv', [x, b.f32(gaussians(3 * 4), [3, 4, 1, 1])], { kernel_shape: [1, 1] });
  const zero = b.op('Mul', [other, b.f32(0)]);
  b.output(
    b.op(
      'Conv',
      [x, b.f32(gaussians(6 * 4 * 9), [6, 4, 3, 3]), b.f32(gaussians(6))],
      { kernel_shape: [3, 3] },
      { output: 'plain' },
    ),
    'float32',
    null,
  );
  b.output(
    b.op('Conv', [x, b.f32(gaussians(8 * 2), [8, 2, 1, 1])], { kernel_shape: [1, 1], group: 2 }, { output: 'grouped' }),
    'float32',
    null,
  );
  const side = b.op('Conv', [zero, b.f32(gaussians(6), [2, 3, 1, 1])], { kernel_shape: [1, 1] });
  const both = b.op('Concat', [side, b.op('MaxPool', [x], { kernel_shape: [1, 1] })], { axis: 1 });
  b.output(
    b.op('Conv', [both, b.f32(gaussians(5 * 6), [5, 6, 1, 1])], { kernel_shape: [1, 1] }, { output: 'behind' }),
    'float32',
    null,
  );
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [x])]);
  b.output(b.op('Gemm', [pooled, b.f32(gaussians(12), [3, 4])], { transB: 1 }, { output: 'dense' }), 'float32', null);
  const halves = b.op('Constant', [], { value: constantTensor('float16', gaussians(12), [3, 4, 1, 1]) });
  const cast = b.op('Cast', [halves], { to: 1 });
  b.output(b.op('Conv', [x, cast], { kernel_shape: [1, 1] }, { output: 'halved' }), 'float32', null);
  const model = b.model();
  const links = weightLinks(model, 'x', 4);
  for (const name of ['plain', 'grouped', 'behind', 'dense', 'halved']) {
    const { after, weights } = links.get(name)!;
    const columns = await measured(model, 'x', [1, 4, 7, 7], 4, name);
    for (let o = 0; o < after; o++)
      for (let c = 0; c < 4; c++) expect(weights[o * 4 + c], `${name} ${o} ${c}`).toBeCloseTo(columns[c]![o]!, 4);
  }
});

test('a bias, a layer normalization and a GELU in pieces are no hindrance, a sum with another layer is', () => {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [1, 5, 4]);
  const dense = (input: string, output: string) =>
    b.output(b.op('MatMul', [input, b.f32(gaussians(12), [4, 3])], {}, { output }), 'float32', null);
  const normal = b.op('LayerNormalization', [x, b.f32(gaussians(4)), b.f32(gaussians(4))], { axis: -1 });
  const shifted = b.op('Add', [normal, b.f32(gaussians(4))]);
  const half = b.op('Add', [b.op('Erf', [b.op('Div', [shifted, b.f32(Math.SQRT2)])]), b.f32(1)]);
  dense(b.op('Mul', [b.op('Mul', [shifted, half]), b.f32(0.5)]), 'own');
  const other = b.op('MatMul', [x, b.f32(gaussians(16), [4, 4])]);
  dense(b.op('Add', [x, other]), 'joined');
  expect([...weightLinks(b.model(), 'x', 4).keys()].sort()).toEqual([other, 'own'].sort());
});

test('the strongest links are those of largest size', () => {
  const values = Float32Array.of(1, -5, 0, 2, 3, -4);
  expect(strongestLinks(values, 3, { row: 0 }, 5)).toEqual([
    { other: 1, value: -5 },
    { other: 0, value: 1 },
  ]);
  expect(strongestLinks(values, 3, { column: 2 }, 1)).toEqual([{ other: 1, value: -4 }]);
});
