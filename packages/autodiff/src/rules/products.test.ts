import { float } from '@incognita/onnx';
import { describe, it } from 'vitest';
import { type Case, checkCase } from '../testing/check.js';

const cases: Case[] = [
  ...[0, 1].flatMap((transA) =>
    [0, 1].map((transB) => ({
      op: 'Gemm',
      inputs: [transA ? [3, 2] : [2, 3], transB ? [4, 3] : [3, 4], [4]],
      attributes: { transA, transB, alpha: float(0.7), beta: float(1.3) },
    })),
  ),
  {
    op: 'Gemm',
    inputs: [
      [2, 3],
      [3, 4],
      [2, 1],
    ],
  },
  {
    op: 'Gemm',
    inputs: [
      [2, 3],
      [3, 4],
    ],
  },
  {
    op: 'MatMul',
    inputs: [
      [2, 3],
      [3, 4],
    ],
  },
  {
    op: 'MatMul',
    inputs: [
      [2, 5, 2, 3],
      [3, 4],
    ],
  },
  {
    op: 'MatMul',
    inputs: [
      [2, 5, 2, 3],
      [2, 5, 3, 4],
    ],
    symbolic: true,
  },
  {
    op: 'MatMul',
    inputs: [
      [2, 1, 2, 3],
      [5, 3, 4],
    ],
  },
  {
    op: 'MatMul',
    inputs: [
      [2, 3],
      [5, 3, 4],
    ],
  },
  { op: 'MatMul', inputs: [[3], [3]] },
  { op: 'MatMul', inputs: [[2, 4, 3], [3]] },
  { op: 'MatMul', inputs: [[3], [2, 3, 4]] },
  { op: 'MatMul', inputs: [[3], [3, 4]] },
  {
    op: 'Einsum',
    inputs: [
      [2, 3, 4],
      [4, 5],
    ],
    attributes: { equation: 'bij,jk->bik' },
  },
  { op: 'Einsum', inputs: [[2, 3], [3]], attributes: { equation: 'ab,c->b' } },
  {
    op: 'Einsum',
    inputs: [
      [2, 3],
      [3, 4],
    ],
    attributes: { equation: 'ij,jk' },
  },
];

const statistics = (values: number[]) => ({ data: Float32Array.from(values), dims: [values.length] });
const normalizations: Case[] = [
  {
    op: 'BatchNormalization',
    inputs: [[2, 3, 2, 2], [3], [3], statistics([0.1, -0.2, 0.3]), statistics([1, 0.5, 2])],
    by: [0, 1, 2],
  },
  { op: 'BatchNormalization', inputs: [[4, 3], [3], [3], statistics([0.1, -0.2, 0.3]), statistics([1, 0.5, 2])], by: [0] },
  { op: 'InstanceNormalization', inputs: [[2, 3, 4, 2], [3], [3]] },
  { op: 'LayerNormalization', inputs: [[2, 3, 5], [5], [5]] },
  {
    op: 'LayerNormalization',
    inputs: [
      [2, 3, 5],
      [3, 5],
      [3, 5],
    ],
    attributes: { axis: 1 },
  },
  { op: 'LayerNormalization', inputs: [[2, 3, 5], [5]], symbolic: true },
  { op: 'LRN', inputs: [[2, 6, 2, 3]], attributes: { size: 5, alpha: float(0.7), beta: float(0.75), bias: float(2) } },
  { op: 'LRN', inputs: [[1, 4, 3, 3]], attributes: { size: 3, alpha: float(1.5) }, symbolic: true },
];

describe('products', () => {
  for (const given of cases)
    it(`${given.op} of ${given.inputs.map((i) => JSON.stringify(i)).join(' ')} ${JSON.stringify(given.attributes ?? {})} has its derivative`, () =>
      checkCase(given));
});

describe('normalizations', () => {
  for (const [i, given] of normalizations.entries())
    it(`${given.op} (${i}) has its derivative`, () => checkCase({ ...given, step: 2e-3 }));
});

describe('interpolation', () => {
  const modes = ['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel', 'half_pixel_symmetric'];
  for (const mode of ['nearest', 'linear', 'cubic'])
    for (const coordinate_transformation_mode of modes)
      for (const scales of [
        [1, 1, 2, 2],
        [1, 1, 1.6, 0.7],
      ])
        it(`Resize ${mode} ${coordinate_transformation_mode} by ${scales.slice(2)} has its derivative`, () =>
          checkCase({
            op: 'Resize',
            inputs: [[1, 2, 5, 6], '', { floats: scales }],
            attributes: { mode, coordinate_transformation_mode },
            by: [0],
          }));
});
