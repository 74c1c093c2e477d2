import { describe, expect, it } from 'vitest';
import { type FusedCase, fusedModel } from '../testing/fused.node.js';
import { runReference } from '../testing/session.node.js';
import type { Dim, Model } from '../types.js';
import { inferShapes } from './infer.js';
import { shapeRules } from './rules.js';

type Named = readonly [string, FusedCase];
const ints = (data: readonly number[], dims: readonly number[] = [data.length]) => ({
  dims,
  data,
  dtype: 'int64' as const,
  constant: true,
});
const bytes = (dims: readonly number[], data?: readonly number[]) => ({
  dims,
  data: data ?? Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i % 7),
  dtype: 'uint8' as const,
});
const scalar = (value: number) => ({ dims: [], data: [value] });
const standard = (
  op: string,
  opset: number,
  inputs: FusedCase['inputs'],
  attributes: FusedCase['attributes'] = {},
  outputs: readonly number[] = [0],
): Named => [`${op} ${JSON.stringify([inputs, attributes])}`, { op, opset, domain: '', inputs, attributes, outputs }];
const contributed = (
  op: string,
  inputs: FusedCase['inputs'],
  attributes: FusedCase['attributes'] = {},
  outputs: readonly number[] = [0],
): Named => [`com.microsoft.${op} ${JSON.stringify([inputs, attributes])}`, { op, inputs, attributes, outputs }];

const cases: readonly Named[] = [
  standard(
    'Attention',
    24,
    [
      [2, 4, 3, 8],
      [2, 2, 5, 8],
      [2, 2, 5, 6],
    ],
    {},
    [0],
  ),
  standard('Attention', 24, [[2, 4, 3, 8], [2, 2, 5, 8], [2, 2, 5, 6], null, [2, 2, 1, 8], [2, 2, 1, 6]], {}, [0, 1, 2, 3]),
  standard(
    'Attention',
    24,
    [
      [2, 3, 16],
      [2, 5, 8],
      [2, 5, 6],
    ],
    { q_num_heads: 4, kv_num_heads: 2 },
    [0],
  ),
  standard('AffineGrid', 20, [[2, 2, 3], ints([2, 1, 3, 4])]),
  standard('CenterCropPad', 18, [[4, 5, 3], ints([7, 2])], { axes: [-1, 1] }),
  standard('Col2Im', 18, [[1, 12, 6], ints([4, 5]), ints([2, 2])], { strides: [2, 2], pads: [0, 0, 0, 1] }),
  standard('Det', 18, [[2, 3, 3]]),
  standard('DFT', 17, [[2, 9, 1]], { onesided: 1 }),
  standard('DFT', 20, [[2, 9, 1], ints([7], []), ints([1], [])]),
  standard('STFT', 17, [[2, 40, 1], ints([5], []), [11]]),
  standard('STFT', 17, [[2, 40, 1], ints([5], []), null, ints([8], [])], { onesided: 0 }),
  standard('HannWindow', 17, [ints([9], [])]),
  standard('MelWeightMatrix', 17, [
    ints([5], []),
    ints([16], []),
    ints([8000], []),
    { ...scalar(0), constant: true },
    { ...scalar(4000), constant: true },
  ]),
  standard('RoiAlign', 18, [[1, 3, 8, 8], { dims: [2, 4], data: [0, 0, 3, 3, 1, 1, 5, 5] }, ints([0, 0])], {
    output_height: 3,
    output_width: 2,
  }),
  standard('MaxUnpool', 18, [[1, 1, 2, 2], ints([5, 7, 13, 15], [1, 1, 2, 2])], { kernel_shape: [2, 2], strides: [2, 2] }),
  standard(
    'LSTM',
    18,
    [
      [5, 2, 3],
      [1, 16, 3],
      [1, 16, 4],
    ],
    { hidden_size: 4 },
    [0, 1, 2],
  ),
  standard(
    'GRU',
    18,
    [
      [5, 2, 3],
      [2, 12, 3],
      [2, 12, 4],
    ],
    { hidden_size: 4, direction: 'bidirectional' },
    [0, 1],
  ),
  standard(
    'RNN',
    18,
    [
      [5, 2, 3],
      [1, 4, 3],
      [1, 4, 4],
    ],
    { hidden_size: 4 },
    [0, 1],
  ),
  standard('NegativeLogLikelihoodLoss', 18, [[2, 3, 4], ints([0, 1, 2, 0, 1, 2, 0, 1], [2, 4])], { reduction: 'none' }),
  standard('SoftmaxCrossEntropyLoss', 18, [[2, 3], ints([0, 1])], {}, [0, 1]),
  standard('ConvInteger', 18, [bytes([1, 2, 5, 6]), bytes([3, 2, 3, 3])], { pads: [1, 0, 1, 0] }),
  standard('MatMulInteger', 18, [bytes([2, 3, 4]), bytes([4, 5])]),
  standard('DynamicQuantizeLinear', 18, [[2, 3]], {}, [0, 1, 2]),
  standard('QLinearMatMul', 18, [
    bytes([2, 3]),
    scalar(0.1),
    bytes([], [1]),
    bytes([3, 4]),
    scalar(0.1),
    bytes([], [1]),
    scalar(0.2),
    bytes([], [0]),
  ]),
  standard('QLinearConv', 18, [
    bytes([1, 2, 5, 6]),
    scalar(0.1),
    bytes([], [1]),
    { ...bytes([3, 2, 3, 3]), constant: true },
    { ...scalar(0.1), constant: true },
    { ...bytes([], [1]), constant: true },
    scalar(0.2),
    bytes([], [0]),
  ]),
  standard('TensorScatter', 24, [
    [2, 6, 2],
    [2, 3, 2],
  ]),
  standard('OneHot', 18, [ints([0, 2]), ints([3]), [2]]),
  contributed('Attention', [[2, 4, 6], [6, 24], [24]], { num_heads: 2 }, [0, 1]),
  contributed(
    'MultiHeadAttention',
    [
      [2, 3, 8],
      [2, 5, 8],
      [2, 5, 6],
    ],
    { num_heads: 2 },
  ),
  contributed(
    'MultiHeadAttention',
    [[2, 1, 8], [2, 1, 8], [2, 1, 8], null, null, null, [2, 2, 4, 4], [2, 2, 4, 4]],
    { num_heads: 2 },
    [0, 1, 2],
  ),
  contributed('SkipLayerNormalization', [[2, 3, 8], [2, 3, 8], [8], [8]], {}, [0, 3]),
  contributed('BiasGelu', [[2, 3, 8], [8]]),
  contributed(
    'FusedMatMul',
    [
      [2, 4, 3],
      [2, 4, 5],
    ],
    { transA: 1 },
  ),
  contributed(
    'FusedConv',
    [
      [1, 2, 5, 5],
      [3, 2, 3, 3],
    ],
    { activation: 'Relu' },
  ),
  contributed(
    'FusedGemm',
    [
      [2, 3],
      [3, 4],
    ],
    { activation: 'Relu' },
  ),
  contributed('RotaryEmbedding', [[2, 4, 3, 8], ints([0, 1, 2, 0, 1, 2], [2, 3]), [10, 4], [10, 4]]),
];

/** The model with a symbol for every size of its inputs, and what the symbols stand for. */
function symbolic(model: Model): { readonly model: Model; readonly sizes: Readonly<Record<string, number>> } {
  const sizes: Record<string, number> = {};
  const inputs = model.graph.inputs.map((input) => ({
    ...input,
    type: {
      dtype: input.type!.dtype,
      shape: input.type!.shape!.map((size, i) => {
        sizes[`${input.name}_${i}`] = size as number;
        return `${input.name}_${i}`;
      }),
    },
  }));
  return { model: { ...model, graph: { ...model.graph, inputs } }, sizes };
}

function evaluate(dim: Dim, sizes: Readonly<Record<string, number>>): number | null {
  if (typeof dim !== 'string') return dim;
  const names = Object.keys(sizes);
  return new Function('floor', 'min', 'max', ...names, `return ${dim}`)(
    Math.floor,
    Math.min,
    Math.max,
    ...names.map((n) => sizes[n]),
  );
}

describe('shape rules of composite, fused, quantized, recurrent and signal operators say what ONNX Runtime computes, for', () => {
  it.each(cases)('%s', async (_, given) => {
    const { model: typed, feeds } = fusedModel(given);
    const model = { ...typed, graph: { ...typed.graph, outputs: typed.graph.outputs.map(({ name }) => ({ name, type: null })) } };
    const reference = await runReference(model, feeds);
    const known = inferShapes(model);
    const general = symbolic(model);
    const inSymbols = inferShapes(general.model);
    for (const { name } of model.graph.outputs) {
      const { dims, type } = reference[name]!;
      expect(known.get(name)).toEqual({ dtype: type, shape: [...dims] });
      const shape = inSymbols.get(name)!.shape!;
      expect(shape).toHaveLength(dims.length);
      for (const [i, dim] of shape.entries())
        if (dim !== null) expect([i, dim, evaluate(dim, general.sizes)]).toEqual([i, dim, dims[i]]);
    }
  });
});

/** The operators of the default domain in operator sets 1 to 24. Source: the ONNX specification, docs/Operators.md (1.19). */
const operators = `Abs Acos Acosh Add AffineGrid And ArgMax ArgMin Asin Asinh Atan Atanh Attention AveragePool BatchNormalization Bernoulli
BitShift BitwiseAnd BitwiseNot BitwiseOr BitwiseXor BlackmanWindow Cast CastLike Ceil Celu CenterCropPad Clip Col2Im
Compress Concat ConcatFromSequence Constant ConstantOfShape Conv ConvInteger ConvTranspose Cos Cosh CumSum DFT
DeformConv DepthToSpace DequantizeLinear Det Div Dropout DynamicQuantizeLinear Einsum Elu Equal Erf Exp Expand EyeLike
Flatten Floor GRU Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalLpPool GlobalMaxPool Greater
GreaterOrEqual GridSample GroupNormalization HammingWindow HannWindow HardSigmoid HardSwish Hardmax Identity If
ImageDecoder InstanceNormalization IsInf IsNaN LRN LSTM LayerNormalization LeakyRelu Less LessOrEqual Log LogSoftmax
Loop LpNormalization LpPool MatMul MatMulInteger Max MaxPool MaxRoiPool MaxUnpool Mean MeanVarianceNormalization
MelWeightMatrix Min Mish Mod Mul Multinomial Neg NegativeLogLikelihoodLoss NonMaxSuppression NonZero Not OneHot Optional
OptionalGetElement OptionalHasElement Or PRelu Pad Pow QLinearConv QLinearMatMul QuantizeLinear RMSNormalization RNN
RandomNormal RandomNormalLike RandomUniform RandomUniformLike Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum
ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare RegexFullMatch Relu Reshape Resize
ReverseSequence RoiAlign RotaryEmbedding Round STFT Scan Scatter ScatterElements ScatterND Selu SequenceAt
SequenceConstruct SequenceEmpty SequenceErase SequenceInsert SequenceLength SequenceMap Shape Shrink Sigmoid Sign Sin
Sinh Size Slice Softmax SoftmaxCrossEntropyLoss Softplus Softsign SpaceToDepth Split SplitToSequence Sqrt Squeeze
StringConcat StringNormalizer StringSplit Sub Sum Swish Tan Tanh TensorScatter TfIdfVectorizer ThresholdedRelu Tile TopK
Transpose Trilu Unique Unsqueeze Upsample Where Xor`;

describe('the shape rules', () => {
  it('are there for every operator of the default domain', () => {
    expect(operators.split(/\s+/).filter((op) => !shapeRules.has(op))).toEqual([]);
  });
});
