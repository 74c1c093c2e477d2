import { describe, expect, it } from 'vitest';
import { type AttributeInput, GraphBuilder } from '../../build/builder.js';
import { constantTensor } from '../../tensor/constants.js';
import { runReference } from '../../testing/session.node.js';
import { largestDifference, opsOf, sizeOf, wave, waves } from '../../testing/waves.js';
import type { DataType, Model } from '../../types.js';
import { decompose } from '../decompose/decompose.js';
import { dequantize } from './dequantize.js';

describe('dequantize of one quantised operator differs from its kernel by a rounding:', () => {
  type Part = readonly [dims: readonly number[], scale: number, zero: number];
  /** Quantised inputs with scale and zero point, or float or absent ones; the result has scale 1/40 and zero point 100. */
  async function rounds(
    op: string,
    parts: readonly Part[],
    attributes: Record<string, AttributeInput> = {},
    first = false,
  ): Promise<void> {
    const b = new GraphBuilder();
    const feeds: Record<string, { dims: readonly number[]; data: number[] }> = {};
    const scalar = (dtype: DataType, value: number): string => b.initializer(constantTensor(dtype, [value], []), 'p');
    const inputs = parts.flatMap(([dims, scale, zero], i) => {
      feeds[`x${i}`] = { dims, data: Array.from({ length: sizeOf(dims) }, (_, j) => Math.round(60 * wave(j, i)) + zero) };
      return [b.input(`x${i}`, 'uint8', dims), scalar('float32', scale), scalar('uint8', zero)];
    });
    const result = [scalar('float32', 1 / 40), scalar('uint8', 100)];
    b.ops(op, first ? [...result, ...inputs] : [...inputs, ...result], 1, attributes, 'com.microsoft', ['y']);
    b.output('y', 'uint8', null);
    const model = b.model();
    const plain = dequantize(model);
    expect(opsOf(plain)).not.toContain(op);
    const [whole, y] = [(await runReference(model, feeds)).y!.data, (await runReference(plain, feeds)).y!.data];
    const steps = Array.from(y, (v) => Number(v) * 40 + 100);
    for (const [i, step] of steps.entries())
      expect(Math.abs(Math.min(255, Math.max(0, step)) - Number(whole[i]))).toBeLessThan(0.51);
  }
  const [a, c]: Part[] = [
    [[2, 3, 4, 4], 1 / 40, 120],
    [[2, 3, 4, 4], 1 / 50, 90],
  ];
  it('QLinearAdd', () => rounds('QLinearAdd', [a!, c!]));
  it('QLinearMul', () => rounds('QLinearMul', [a!, c!]));
  it('QLinearSigmoid', () => rounds('QLinearSigmoid', [a!]));
  it('QLinearLeakyRelu', () => rounds('QLinearLeakyRelu', [a!], { alpha: 0.1 }));
  it('QLinearAveragePool', () => rounds('QLinearAveragePool', [a!], { kernel_shape: [2, 2] }));
  it('QLinearGlobalAveragePool', () => rounds('QLinearGlobalAveragePool', [a!]));
  it('QLinearConcat', () => rounds('QLinearConcat', [a!, c!], { axis: 1 }, true));
  it('QLinearSoftmax', () => rounds('QLinearSoftmax', [a!], { axis: -1, opset: 13 }));
  it('QLinearSoftmax before operator set 13', () => rounds('QLinearSoftmax', [a!], { axis: 2, opset: 12 }));
});

describe('dequantize of operators with real results computes what the kernel does, for quantised inputs:', () => {
  const bytes = (count: number, phase: number) => Array.from({ length: count }, (_, i) => Math.round(60 * wave(i, phase)) + 128);
  /** Runs a model of one node, and its float form, on one quantised input. */
  async function exact(
    op: string,
    dims: readonly number[],
    inputs: (b: GraphBuilder, x: string) => string[],
    attributes: Record<string, AttributeInput> = {},
  ): Promise<void> {
    const b = new GraphBuilder();
    const x = b.input('x', 'uint8', dims);
    b.ops(op, inputs(b, x), 1, attributes, 'com.microsoft', ['y']);
    b.output('y', 'float32', null);
    const plain = decompose(dequantize(b.model()));
    expect(plain.graph.nodes.filter((node) => node.domain !== '')).toEqual([]);
    const feeds = { x: { dims, data: bytes(sizeOf(dims), 1) } };
    const [want, got] = [(await runReference(b.model(), feeds)).y!, (await runReference(plain, feeds)).y!];
    expect([...got.dims]).toEqual([...want.dims]);
    expect(largestDifference(got.data, want.data)).toBeLessThan(2e-5);
  }
  const scalar = (b: GraphBuilder, dtype: DataType, value: number) => b.initializer(constantTensor(dtype, [value], []), 'p');
  const vector = (b: GraphBuilder, dtype: DataType, values: number[]) =>
    b.initializer(constantTensor(dtype, values, [values.length]), 'v');
  const matrix = (b: GraphBuilder, n: number, m: number) => b.initializer(constantTensor('uint8', bytes(n * m, 2), [n, m]), 'w');
  const params = (b: GraphBuilder, scale: number, zero: number) =>
    [scalar(b, 'float32', scale), scalar(b, 'uint8', zero)] as const;

  it('QGemm with bias, a scale for each column, and α', () =>
    exact(
      'QGemm',
      [2, 8],
      (b, x) => {
        const w = [matrix(b, 8, 3), vector(b, 'float32', [0.01, 0.02, 0.03]), vector(b, 'uint8', [128, 120, 130])];
        return [x, ...params(b, 0.02, 125), ...w, vector(b, 'int32', [100, -200, 300])];
      },
      { alpha: 0.5 },
    ));

  it('QGemm with the weight turned', () =>
    exact('QGemm', [2, 8], (b, x) => [x, ...params(b, 0.02, 125), matrix(b, 3, 8), ...params(b, 0.01, 128)], { transB: 1 }));

  it('MatMulIntegerToFloat', () =>
    exact('MatMulIntegerToFloat', [2, 8], (b, x) => {
      const [aScale, aZero] = params(b, 0.02, 125);
      const [bScale, bZero] = [vector(b, 'float32', [0.01, 0.02, 0.03]), vector(b, 'uint8', [128, 120, 130])];
      return [x, matrix(b, 8, 3), aScale, bScale, aZero, bZero, vector(b, 'float32', [1, 2, 3])];
    }));

  it('QAttention, unidirectional with a mask', () =>
    exact(
      'QAttention',
      [2, 3, 8],
      (b, x) => {
        const [xScale, xZero] = params(b, 0.02, 125);
        const [wScale, wZero] = params(b, 0.01, 128);
        const bias = vector(b, 'float32', waves(24, 4));
        const mask = b.initializer(constantTensor('int32', [1, 1, 0, 1, 1, 1], [2, 3]), 'm');
        return [x, matrix(b, 8, 24), bias, xScale, wScale, mask, xZero, wZero];
      },
      { num_heads: 2, unidirectional: 1 },
    ));
});

describe('dequantize of operators without a kernel of float or whole numbers agrees with a naive computation:', () => {
  const whole = Array.from({ length: 12 }, (_, i) => Math.round(60 * wave(i, 1)) + 128);
  const build = (
    op: string,
    inputs: (b: GraphBuilder, x: string, p: (dtype: DataType, value: number) => string) => string[],
    attributes = {},
  ): Model => {
    const b = new GraphBuilder();
    const x = b.input('x', 'uint8', [3, 4]);
    const scalar = (dtype: DataType, value: number): string => b.initializer(constantTensor(dtype, [value], []), 'p');
    b.ops(op, inputs(b, x, scalar), 1, attributes, 'com.microsoft', ['y']);
    b.output('y', 'uint8', null);
    return dequantize(b.model());
  };
  const feeds = { x: { dims: [3, 4], data: whole } };

  it('QLinearReduceMean', async () => {
    const plain = build(
      'QLinearReduceMean',
      (_, x, p) => [x, p('float32', 0.02), p('uint8', 125), p('float32', 0.1), p('uint8', 100)],
      { axes: [1], keepdims: 0 },
    );
    const { y } = await runReference(plain, feeds);
    const expected = [0, 1, 2].map((i) => whole.slice(4 * i, 4 * i + 4).reduce((a, q) => a + (0.02 * (q - 125)) / 4, 0));
    expect([...y!.dims]).toEqual([3]);
    expect(largestDifference(y!.data, expected)).toBeLessThan(1e-6);
  });

  it('QLinearWhere', async () => {
    const plain = build('QLinearWhere', (b, x, p) => {
      const condition = b.initializer(constantTensor('bool', [1, 0, 0, 1], [4]), 'c');
      const result = [p('float32', 0.1), p('uint8', 100)];
      return [condition, x, p('float32', 0.02), p('uint8', 125), p('uint8', 7), p('float32', 0.5), p('uint8', 3), ...result];
    });
    const { y } = await runReference(plain, feeds);
    const expected = whole.map((q, i) => (i % 4 === 0 || i % 4 === 3 ? 0.02 * (q - 125) : 2));
    expect(largestDifference(y!.data, expected)).toBeLessThan(1e-6);
  });
});
