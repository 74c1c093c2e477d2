import { describe, expect, it } from 'vitest';
import { float, GraphBuilder } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { runReference } from '../testing/session.node.js';
import { inferShapes } from './infer.js';

type Build = (b: GraphBuilder, x: string) => string | string[];

/** Each case is one operator on x of shape [2,4,6,5]; the shapes must be those that ONNX Runtime computes. */
const cases: Readonly<Record<string, Build>> = {
  'Conv with stride, dilation and group': (b, x) =>
    ops.conv(b, x, b.f32(new Float32Array(8 * 2 * 6), [8, 2, 3, 2]), undefined, {
      strides: [2, 1],
      dilations: [1, 2],
      pads: [1, 0, 2, 1],
      group: 2,
    }),
  'Conv with SAME_UPPER': (b, x) =>
    b.op('Conv', [x, b.f32(new Float32Array(36), [1, 4, 3, 3])], { auto_pad: 'SAME_UPPER', strides: [2, 2] }),
  'Conv with VALID': (b, x) => b.op('Conv', [x, b.f32(new Float32Array(36), [1, 4, 3, 3])], { auto_pad: 'VALID' }),
  ConvTranspose: (b, x) =>
    ops.convTranspose(b, x, b.f32(new Float32Array(4 * 3 * 9), [4, 3, 3, 3]), undefined, {
      strides: [2, 3],
      pads: [1, 0, 1, 1],
      outputPadding: [1, 0],
    }),
  'MaxPool with ceil': (b, x) => ops.maxPool(b, x, [3, 2], { strides: [2, 2], ceilMode: true }),
  'MaxPool with ceil and padding': (b, x) => ops.maxPool(b, x, [2, 2], { strides: [3, 3], pads: [1, 1, 1, 1], ceilMode: true }),
  'MaxPool with indices': (b, x) => Object.values(ops.maxPoolWithIndices(b, x, [2, 2])),
  AveragePool: (b, x) => ops.averagePool(b, x, [3, 3], { pads: [1, 1, 1, 1], countIncludePad: true }),
  GlobalAveragePool: (b, x) => ops.globalAveragePool(b, x),
  'ReduceSum without keepdims': (b, x) => ops.reduceSum(b, x, { axes: [-1, 1], keepDims: false }),
  'ReduceMean of all': (b, x) => ops.reduceMean(b, x, { keepDims: false }),
  'ReduceMax keeping': (b, x) => ops.reduceMax(b, x, { axes: [2] }),
  TopK: (b, x) => Object.values(ops.topK(b, x, 3, { axis: 1 })),
  ArgMax: (b, x) => ops.argMax(b, x, 2, false),
  'Slice with negative step': (b, x) => ops.slice(b, x, [-1, 1], [-100, 4], [2, 3], [-2, 1]),
  'Pad with negative entries': (b, x) => ops.pad(b, x, [0, 1, -1, 2, 0, 0, 3, -1]),
  'Pad of some axes': (b, x) => b.op('Pad', [x, b.i64([1, 2]), '', b.i64([-1])]),
  'Gather of a matrix of indices': (b, x) => ops.gather(b, x, b.i64([0, 1, 1, 0, 1, 0], [2, 3]), 1),
  'Split unevenly': (b, x) => ops.split(b, x, [1, 3, 2], 2),
  'Split into parts': (b, x) => b.ops('Split', [x], 3, { axis: 3, num_outputs: 3 }),
  'Reshape with 0 and -1': (b, x) => ops.reshape(b, x, [0, 2, -1, 5]),
  Flatten: (b, x) => ops.flatten(b, x, 2),
  Transpose: (b, x) => ops.transpose(b, x, [2, 0, 3, 1]),
  'Unsqueeze, Squeeze': (b, x) => {
    const y = ops.unsqueeze(b, x, [0, -1]);
    return [y, ops.squeeze(b, y, [-1])];
  },
  Expand: (b, x) => ops.expand(b, x, [3, 1, 1, 1, 5]),
  Tile: (b, x) => ops.tile(b, x, [1, 2, 3, 1]),
  'Resize to sizes': (b, x) => ops.resize(b, x, [2, 4, 9, 11]),
  'Resize by scales': (b, x) => b.op('Resize', [x, '', b.f32([1, 1, 1.5, 2])], { mode: 'nearest' }),
  DepthToSpace: (b, x) => b.op('DepthToSpace', [x], { blocksize: 2 }),
  SpaceToDepth: (b, x) => b.op('SpaceToDepth', [ops.slice(b, x, [0], [4], [3])], { blocksize: 2 }),
  'MatMul with broadcasting': (b, x) => ops.matMul(b, x, b.f32(new Float32Array(4 * 35), [4, 5, 7])),
  'MatMul with a vector': (b, x) => ops.matMul(b, x, b.f32(new Float32Array(5), [5])),
  'Gemm transposed': (b, x) =>
    ops.gemm(b, ops.flatten(b, x), b.f32(new Float32Array(360), [3, 120]), undefined, { transB: true }),
  Einsum: (b, x) => ops.einsum(b, 'nchw,kc->nkhw', x, b.f32(new Float32Array(12), [3, 4])),
  'Einsum with ellipsis': (b, x) => ops.einsum(b, '...w,wk->...k', x, b.f32(new Float32Array(10), [5, 2])),
  'Einsum, implicit': (b, x) => ops.einsum(b, 'nchw,hk', x, b.f32(new Float32Array(12), [6, 2])),
  'Where with broadcasting': (b, x) => ops.where(b, ops.greater(b, x, b.f32(0)), b.f32(new Float32Array(30), [3, 2, 1, 1, 5]), x),
  Cast: (b, x) => ops.cast(b, x, 'int32'),
  Shape: (b, x) => b.op('Shape', [x], { start: 1, end: -1 }),
  Size: (b, x) => b.op('Size', [x]),
  LRN: (b, x) => b.op('LRN', [x], { size: 3 }),
  BatchNormalization: (b, x) => b.op('BatchNormalization', [x, ...Array.from({ length: 4 }, () => b.f32([1, 1, 1, 1]))]),
  LayerNormalization: (b, x) => b.ops('LayerNormalization', [x, b.f32(new Float32Array(30), [6, 5])], 3, { axis: -2 }),
  InstanceNormalization: (b, x) => b.op('InstanceNormalization', [x, b.f32([1, 1, 1, 1]), b.f32([1, 1, 1, 1])]),
  Trilu: (b, x) => b.op('Trilu', [x]),
  OneHot: (b, x) => b.op('OneHot', [ops.argMax(b, x, 1, false), b.i64([4]), b.f32([0, 1])], { axis: 1 }),
  'ConstantOfShape, Range': (b) => [b.op('ConstantOfShape', [b.i64([2, 3])]), b.op('Range', [b.i64(2), b.i64(11), b.i64(4)])],
  GatherElements: (b, x) => ops.gatherElements(b, x, b.i64(new Array(40).fill(0), [2, 4, 1, 5]), 2),
  GatherND: (b, x) => b.op('GatherND', [x, b.i64([0, 1, 1, 2, 0, 0], [3, 2])]),
  ScatterElements: (b, x) =>
    ops.scatterElements(b, x, b.i64([0, 1], [1, 1, 1, 2]), b.f32([1, 2], [1, 1, 1, 2]), { axis: 3, add: true }),
  ScatterND: (b, x) => b.op('ScatterND', [x, b.i64([0, 1], [1, 2]), b.f32(new Float32Array(30), [1, 6, 5])]),
  CumSum: (b, x) => b.op('CumSum', [x, b.i64(1)]),
  GridSample: (b, x) => b.op('GridSample', [x, b.f32(new Float32Array(2 * 3 * 7 * 2), [2, 3, 7, 2])]),
  Clip: (b, x) => ops.clip(b, x, undefined, b.f32(1)),
  LeakyRelu: (b, x) => b.op('LeakyRelu', [x], { alpha: float(1) }),
  Softmax: (b, x) => ops.softmax(b, x, 1),
  'Dropout with mask': (b, x) => b.ops('Dropout', [x], 2),
  Concat: (b, x) => ops.concat(b, [x, x, ops.slice(b, x, [1], [3], [1])], 1),
  Prelu: (b, x) => b.op('PRelu', [x, b.f32(new Float32Array(4), [4, 1, 1])]),
};

describe('shape rules', () => {
  it.each(Object.entries(cases))('%s', async (_, build) => {
    const b = new GraphBuilder();
    const outputs = [build(b, b.input('x', 'float32', [2, 4, 6, 5]))].flat();
    for (const name of outputs) b.output(name, 'float32', null);
    const model = b.model();
    const untyped = { ...model, graph: { ...model.graph, outputs: outputs.map((name) => ({ name, type: null })) } };
    const types = inferShapes(untyped);
    const reference = await runReference(untyped, { x: { dims: [2, 4, 6, 5] } });
    for (const name of outputs)
      expect(types.get(name)).toEqual({ dtype: reference[name]!.type, shape: [...reference[name]!.dims] });
  });
});
