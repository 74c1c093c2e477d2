import { describe, expect, it } from 'vitest';
import { checkFused, type FusedCase, fusedModel } from '../../../testing/fused.node.js';
import { runReference } from '../../../testing/session.node.js';
import { decompose } from '../decompose.js';

describe('operators of com.microsoft that came to the default domain later, or are made of it', () => {
  const int64 = (data: readonly number[], dims: readonly number[] = [data.length]) => ({ dims, data, dtype: 'int64' as const });
  it.each<[string, FusedCase]>([
    ['Trilu', { op: 'Trilu', inputs: [[2, 3, 4]] }],
    ['Trilu, lower with a diagonal', { op: 'Trilu', inputs: [[2, 3, 4], int64([1], [])], attributes: { upper: 0 } }],
    ['ExpandDims', { op: 'ExpandDims', inputs: [[2, 3], { dims: [], data: [1], dtype: 'int32', constant: true }] }],
    ['ExpandDims at the end', { op: 'ExpandDims', inputs: [[2, 3], { dims: [], data: [-1], dtype: 'int32', constant: true }] }],
    ['Pad', { op: 'Pad', inputs: [[2, 3], int64([0, 1, 2, 0]), { dims: [1], data: [0.5] }], attributes: { mode: 'constant' } }],
    ['Pad by reflection', { op: 'Pad', inputs: [[2, 3], int64([0, 1, 1, 0])], attributes: { mode: 'reflect' } }],
    [
      'GridSample',
      {
        op: 'GridSample',
        inputs: [
          [1, 2, 4, 5],
          [1, 3, 3, 2],
        ],
      },
    ],
    [
      'GridSample, bicubic',
      {
        op: 'GridSample',
        inputs: [
          [1, 2, 4, 5],
          [1, 3, 3, 2],
        ],
        attributes: { mode: 'bicubic', padding_mode: 'border', align_corners: 1 },
      },
    ],
    ['UnfoldTensor', { op: 'UnfoldTensor', inputs: [[2, 7, 3]], attributes: { dim: 1, size: 3, step: 2 } }],
    ['UnfoldTensor of the last axis', { op: 'UnfoldTensor', inputs: [[2, 7]], attributes: { size: 2 } }],
    [
      'CDist',
      {
        op: 'CDist',
        inputs: [
          [4, 3],
          [5, 3],
        ],
        attributes: { metric: 'euclidean' },
      },
    ],
    [
      'CDist, squared',
      {
        op: 'CDist',
        inputs: [
          [4, 3],
          [5, 3],
        ],
        attributes: { metric: 'sqeuclidean' },
      },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });

  it('DequantizeLinear of 16 bits with a scale for each channel, also before operator set 21', async () => {
    const data = Array.from({ length: 12 }, (_, i) => i * 5000);
    for (const opset of [18, 21]) {
      const inputs = [
        { dims: [3, 4], data, dtype: 'uint16' as const, constant: true },
        { dims: [3], data: [0.5, 0.25, 2] },
        { dims: [3], data: [1, 2, 3], dtype: 'uint16' as const, constant: true },
      ];
      const { model, feeds } = fusedModel({ op: 'DequantizeLinear', inputs, attributes: { axis: 0 }, opset });
      const { y0 } = await runReference(decompose(model), feeds);
      const expected = data.map((q, i) => (q - [1, 2, 3][Math.floor(i / 4)]!) * [0.5, 0.25, 2][Math.floor(i / 4)]!);
      expect([...y0!.data].map(Number)).toEqual(expected);
    }
  });
});
