import { describe, expect, it } from 'vitest';
import { float } from '../../../build/builder.js';
import { checkFused, type FusedCase, fusedModel } from '../../../testing/fused.node.js';
import { runReference } from '../../../testing/session.node.js';
import { decompose } from '../decompose.js';

type Named = readonly [string, FusedCase];
const ints = (data: readonly number[], dims: readonly number[] = [data.length]) => ({ dims, data, dtype: 'int64' as const });
const truths = (dims: readonly number[], data: readonly number[]) => ({ dims, data, dtype: 'bool' as const });
const floats = (data: readonly number[], dims: readonly number[] = [data.length]) => ({ dims, data });
const of = (
  op: string,
  opset: number,
  inputs: FusedCase['inputs'],
  attributes: FusedCase['attributes'] = {},
  more: Partial<FusedCase> = {},
): Named => [
  `${op}-${opset} of ${JSON.stringify(inputs)} with ${JSON.stringify(attributes)}`,
  { op, opset, domain: '', inputs, attributes, ...more },
];

const q = [2, 4, 3, 8];
const attention = (inputs: FusedCase['inputs'], attributes: FusedCase['attributes'] = {}, more: Partial<FusedCase> = {}) =>
  of('Attention', 24, inputs, attributes, more);

const attentions: readonly Named[] = [
  attention([q, [2, 4, 5, 8], [2, 4, 5, 6]]),
  of('Attention', 23, [q, [2, 4, 5, 8], [2, 4, 5, 6]], { is_causal: 1 }),
  attention([q, [2, 2, 5, 8], [2, 2, 5, 6]], { scale: 0.3 }),
  attention([q, [2, 1, 5, 8], [2, 1, 5, 8]], { is_causal: 1 }),
  attention(
    [
      [2, 3, 16],
      [2, 5, 8],
      [2, 5, 6],
    ],
    { q_num_heads: 4, kv_num_heads: 2 },
  ),
  attention([q, q, q], { is_causal: 1, softcap: 2.5 }),
  attention([q, [2, 4, 5, 8], [2, 4, 5, 8], [3, 5]], { softcap: 0.7 }),
  attention([q, [2, 4, 5, 8], [2, 4, 5, 8], [2, 1, 3, 5]]),
  attention([q, [2, 4, 5, 8], [2, 4, 5, 8], truths([3, 5], [1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1])], { is_causal: 1 }),
  attention([q, [2, 4, 5, 8], [2, 4, 5, 8], truths([3, 5], [1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1])]),
  attention([q, q, q, null, [2, 4, 2, 8], [2, 4, 2, 8]], { is_causal: 1 }, { outputs: [0, 1, 2] }),
  attention([q, [2, 2, 3, 8], [2, 2, 3, 5], [2, 4, 3, 5], [2, 2, 2, 8], [2, 2, 2, 5]], {}, { outputs: [0, 1, 2] }),
  attention([q, [2, 4, 6, 8], [2, 4, 6, 8], null, null, null, ints([4, 6])], {}),
  ...[0, 1, 2, 3].map((mode) =>
    attention([q, [2, 4, 5, 8], [2, 4, 5, 8], [3, 5]], { qk_matmul_output_mode: mode, softcap: 1.5 }, { outputs: [0, 3] }),
  ),
];

const rest: readonly Named[] = [
  of('Shrink', 18, [[3, 7]], { lambd: float(0.4), bias: float(0.1) }),
  of('ThresholdedRelu', 18, [[3, 7]], { alpha: float(0.3) }),
  of('Swish', 24, [[3, 7]], { alpha: float(1.7) }),
  of('Swish', 24, [[3, 7]]),
  of('RMSNormalization', 23, [[2, 3, 4], [4]]),
  of(
    'RMSNormalization',
    23,
    [
      [2, 3, 4],
      [3, 4],
    ],
    { axis: 1, epsilon: 0.01 },
  ),
  of('GroupNormalization', 21, [[2, 6, 3, 2], [6], [6]], { num_groups: 3 }),
  of('GroupNormalization', 21, [[2, 6, 5], [6], [6]], { num_groups: 2, epsilon: 0.1 }),
  of('MeanVarianceNormalization', 18, [[2, 3, 4, 2]]),
  of('MeanVarianceNormalization', 18, [[2, 3, 4]], { axes: [0, 2] }),
  of('LpNormalization', 18, [[2, 3, 4]], { p: 1, axis: 1 }),
  of('LpNormalization', 18, [[2, 3, 4]]),
  of('GlobalLpPool', 18, [[2, 3, 4, 2]]),
  of('GlobalLpPool', 18, [[2, 3, 4]], { p: 1 }),
  of('GlobalLpPool', 18, [[2, 3, 4, 2]], { p: 3 }),
  of('RotaryEmbedding', 23, [[2, 4, 3, 8], [10, 4], [10, 4], ints([0, 1, 2, 3, 4, 9], [2, 3])]),
  of(
    'RotaryEmbedding',
    23,
    [
      [2, 3, 16],
      [2, 3, 2],
      [2, 3, 2],
    ],
    { num_heads: 4 },
  ),
  of(
    'RotaryEmbedding',
    23,
    [
      [2, 3, 16],
      [2, 3, 4],
      [2, 3, 4],
    ],
    { num_heads: 2, interleaved: 1 },
  ),
  of('RotaryEmbedding', 23, [[2, 2, 3, 8], [10, 2], [10, 2], ints([0, 1, 2, 3, 4, 9], [2, 3])], { rotary_embedding_dim: 4 }),
  of('RotaryEmbedding', 23, [[2, 2, 3, 8], [10, 2], [10, 2], ints([0, 1, 2, 3, 4, 9], [2, 3])], {
    rotary_embedding_dim: 4,
    interleaved: 1,
  }),
  ...['none', 'sum', 'mean'].flatMap((reduction) => [
    of('NegativeLogLikelihoodLoss', 18, [[4, 3], ints([0, 2, 1, 2])], { reduction }),
    of('NegativeLogLikelihoodLoss', 18, [[2, 3, 2, 2], ints([0, 2, 1, 2, 7, 1, 1, 0], [2, 2, 2]), [3]], {
      reduction,
      ignore_index: 7,
    }),
    of('SoftmaxCrossEntropyLoss', 18, [[4, 3], ints([0, 2, 1, 2]), floats([1, 0.5, 2])], { reduction }, { outputs: [0, 1] }),
    of('SoftmaxCrossEntropyLoss', 18, [[2, 3, 2], ints([0, 2, -1, 2], [2, 2])], { reduction, ignore_index: -1 }),
  ]),
  of('CenterCropPad', 18, [[5, 4, 3], ints([3, 7, 3])]),
  of('CenterCropPad', 18, [[4, 5, 3], ints([7, 2])], { axes: [-1, 1] }),
  of('TensorScatter', 24, [[2, 3, 6, 2], [2, 3, 2, 2], ints([1, 4])]),
  of('TensorScatter', 24, [[2, 6, 2], [2, 3, 2], ints([5, 0])], { mode: 'circular' }),
  of(
    'TensorScatter',
    24,
    [
      [2, 3, 2, 6],
      [2, 3, 2, 4],
    ],
    { axis: -1 },
  ),
  of('OneHot', 18, [ints([0, 2, -1, 5], [2, 2]), { ...ints([3]), constant: true }, floats([-1, 4])]),
  of('OneHot', 18, [ints([0, 2, -1]), ints([4]), floats([0.5, 4])], { axis: 0 }),
  of('CastLike', 18, [[2, 3], ints([1])], {}, { types: { 0: 'int64' } }),
  of('AffineGrid', 20, [[2, 2, 3], ints([2, 1, 3, 4])]),
  of('AffineGrid', 20, [[2, 2, 3], ints([2, 1, 3, 4])], { align_corners: 1 }),
  of('AffineGrid', 20, [[1, 3, 4], ints([1, 1, 2, 3, 4])]),
  of('AffineGrid', 20, [[1, 3, 4], ints([1, 1, 2, 3, 4])], { align_corners: 1 }),
];

describe('the decomposition computes what the kernel of ONNX Runtime computes, for', () => {
  it.each([...attentions, ...rest])('%s', async (_, given) => {
    await checkFused(given);
  });
});

describe('the decomposition of Attention', () => {
  it('gives a query that sees no key zeros', async () => {
    const { model, feeds } = fusedModel(
      attention([[1, 1, 2, 4], [1, 1, 3, 4], [1, 1, 3, 4], truths([2, 3], [0, 0, 0, 1, 1, 1])])[1],
    );
    const y = (await runReference(decompose(model), feeds)).y0!;
    expect([...y.data].slice(0, 4)).toEqual([0, 0, 0, 0]);
  });

  it('hides the keys behind the end of a mask', async () => {
    const shapes = [
      [1, 1, 2, 4],
      [1, 1, 3, 4],
      [1, 1, 3, 4],
    ];
    const short = fusedModel(attention([...shapes, floats([0.5, -1, 0.25, 2], [2, 2])])[1]);
    const hidden = Number.NEGATIVE_INFINITY;
    const full = fusedModel(attention([...shapes, floats([0.5, -1, hidden, 0.25, 2, hidden], [2, 3])])[1]);
    const [got, want] = [await runReference(decompose(short.model), short.feeds), await runReference(full.model, full.feeds)];
    for (const [i, value] of [...want.y0!.data].entries()) expect(Number(got.y0!.data[i])).toBeCloseTo(Number(value), 5);
  });
});

describe('the decomposition of Range', () => {
  it.each([
    [0.5, 3, 0.7],
    [2, -3, -1],
    [1, 0, 2],
  ])('counts from %d to %d by %d', async (...bounds) => {
    const { model, feeds } = fusedModel(
      of(
        'Range',
        18,
        bounds.map((value) => floats([value], [])),
      )[1],
    );
    const plain = decompose(model);
    const [got, want] = [(await runReference(plain, feeds)).y0!, (await runReference(model, feeds)).y0!];
    expect(got.dims).toEqual(want.dims);
    for (const [i, value] of [...want.data].entries()) expect(Number(got.data[i])).toBeCloseTo(Number(value), 5);
    expect(decompose(plain)).toBe(plain);
  });
});
