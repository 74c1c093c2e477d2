import type { Dim } from '../types.js';
import * as attention from './attention.js';
import type { ShapeRule } from './context.js';
import { unranked } from './context.js';
import { conv, pool } from './convolution.js';
import { broadcastShapes, dequantizeLinear, quantizeLinear, sameAsFirst } from './elementwise.js';
import { gemm, matMul } from './linear.js';
import { layerNormalization } from './normalization.js';

/** A product of matrices of which each may be transposed. */
const fusedMatMul: ShapeRule = (c) => {
  if (c.int('transBatchA', 0) !== 0 || c.int('transBatchB', 0) !== 0) return [c.type(0) && unranked(c.type(0)!.dtype)];
  const turned = (shape: readonly Dim[] | null, attribute: string): readonly Dim[] | null =>
    shape === null || shape.length < 2 || c.int(attribute, 0) === 0
      ? shape
      : [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];
  const shape = (i: number): readonly Dim[] | null => turned(c.shape(i), i === 0 ? 'transA' : 'transB');
  return matMul({ ...c, shape, type: (i) => (c.type(i) === null ? null : { ...c.type(i)!, shape: shape(i) }) });
};

/** A product with packed weights, whose size is an attribute. */
const packedMatMul: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  return [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), c.int('N', 0) || null] }];
};

/** A rule of channels in second place for channels in last place. */
const channelsLast =
  (rule: ShapeRule): ShapeRule =>
  (c) => {
    const first = (shape: readonly Dim[] | null): readonly Dim[] | null =>
      shape === null ? null : [shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)];
    const shape = (i: number): readonly Dim[] | null => (i === 0 ? first(c.shape(0)) : c.shape(i));
    const type = (i: number) => (c.type(i) === null ? null : { ...c.type(i)!, shape: shape(i) });
    return rule({ ...c, shape, type }).map(
      (found) => found && { ...found, shape: found.shape && [found.shape[0]!, ...found.shape.slice(2), found.shape[1]!] },
    );
  };

/** Y, statistics, and the sum that was normalized. */
const skipNormalization: ShapeRule = (c) => {
  const [y, mean, deviation] = layerNormalization(c);
  return [y ?? null, mean ?? null, deviation ?? null, c.type(0)];
};

/** Y [b, s, h], which positions are padding, and the sum of the embeddings. */
const embedNormalization: ShapeRule = (c) => {
  const [ids, words] = [c.shape(0), c.type(2)];
  if (words === null) return [];
  const type = { dtype: words.dtype, shape: ids === null ? null : [...ids, words.shape?.[1] ?? null] };
  return [type, { dtype: 'int32', shape: [ids?.[0] ?? null] }, type];
};

/** Half of the last axis times the Gelu of the other. */
const splitGelu: ShapeRule = (c) => {
  const x = c.type(0);
  if (x === null || x.shape === null) return [x];
  return [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), c.dims.floorDiv(x.shape.at(-1)!, 2)] }];
};

/** Two quantized operands, each with scale and zero point. */
const quantizedPair: ShapeRule = (c) => {
  const [x, a, b] = [c.type(0), c.shape(0), c.shape(3)];
  return x === null ? [] : [{ dtype: x.dtype, shape: a === null || b === null ? null : broadcastShapes(a, b) }];
};

/** Entries of packed weights, of the type of their scales. */
const gatherBlocks: ShapeRule = (c) => {
  const dtype = c.type(2)?.dtype;
  const [data, indices] = [c.shape(0), c.shape(1)];
  if (dtype === undefined) return [];
  if (data === null || indices === null || c.type(0)?.dtype === 'uint8') return [unranked(dtype)];
  const axis = c.int('gather_axis', 0);
  return [{ dtype, shape: [...data.slice(0, axis), ...indices, ...data.slice(axis + 1)] }];
};

function all(rule: ShapeRule, ...operators: string[]): [string, ShapeRule][] {
  return operators.map((op) => [`com.microsoft::${op}`, rule]);
}

/** Shape rules of ONNX Runtime's own operators, by `domain::operator`. Source: ONNX Runtime, docs/ContribOperators.md. */
export const contributedShapeRules: ReadonlyMap<string, ShapeRule> = new Map([
  ...all(sameAsFirst, 'BiasAdd', 'BiasDropout', 'BiasGelu', 'BiasSoftmax', 'BitmaskBiasDropout', 'BitmaskDropout', 'FastGelu'),
  ...all(
    sameAsFirst,
    'Gelu',
    'GroupNorm',
    'QLinearLeakyRelu',
    'QLinearSigmoid',
    'QLinearSoftmax',
    'QuickGelu',
    'RotaryEmbedding',
  ),
  ...all((c) => [c.type(0), c.type(0)], 'SkipGroupNorm'),
  ...all(splitGelu, 'BiasSplitGelu'),
  ...all(layerNormalization, 'SimplifiedLayerNormalization'),
  ...all(skipNormalization, 'SkipLayerNormalization', 'SkipSimplifiedLayerNormalization'),
  ...all(embedNormalization, 'EmbedLayerNormalization'),
  ...all(attention.mergedAttention, 'Attention'),
  ...all(attention.multiHeadAttention, 'DecoderMaskedMultiHeadAttention', 'MultiHeadAttention'),
  ...all(attention.groupQueryAttention, 'GroupQueryAttention'),
  ...all(conv, 'FusedConv'),
  ...all(channelsLast(conv), 'NhwcConv', 'NhwcFusedConv'),
  ...all(channelsLast(pool), 'NhwcMaxPool'),
  ...all(gemm, 'FusedGemm'),
  ...all(fusedMatMul, 'FusedMatMul', 'FusedMatMulActivation', 'TransposeMatMul'),
  ...all(packedMatMul, 'MatMulBnb4', 'MatMulNBits'),
  ...all(gatherBlocks, 'GatherBlockQuantized'),
  ...all(quantizedPair, 'QLinearAdd', 'QLinearMul'),
  ...all(quantizeLinear, 'QuantizeLinear'),
  ...all(dequantizeLinear, 'DequantizeLinear'),
]);
