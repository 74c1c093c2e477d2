import { describe, expect, it } from 'vitest';
import { float } from '../../../build/builder.js';
import { checkFused, type FusedCase, fusedModel } from '../../../testing/fused.node.js';
import { runReference } from '../../../testing/session.node.js';
import { decompose } from '../decompose.js';

describe('activations', () => {
  it.each<[string, FusedCase]>([
    ['Gelu', { op: 'Gelu', inputs: [[2, 9]] }],
    ['BiasGelu', { op: 'BiasGelu', inputs: [[2, 3, 9], [9]] }],
    ['FastGelu', { op: 'FastGelu', inputs: [[2, 9]] }],
    ['FastGelu with bias', { op: 'FastGelu', inputs: [[2, 9], [9]] }],
    ['QuickGelu', { op: 'QuickGelu', inputs: [[2, 9]] }],
    ['QuickGelu with alpha', { op: 'QuickGelu', inputs: [[2, 9]], attributes: { alpha: float(1) } }],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });
});

describe('FusedConv', () => {
  const op = 'FusedConv';
  const attributes = { pads: [1, 1, 1, 1], strides: [2, 1], kernel_shape: [3, 3] };
  const inputs = [[2, 4, 6, 5], [6, 4, 3, 3], [6]];
  it.each([
    ['Relu', undefined],
    ['Tanh', undefined],
    ['Sigmoid', undefined],
    ['LeakyRelu', [0.1]],
    ['Clip', [-0.5, 0.5]],
    ['HardSigmoid', [0.2, 0.5]],
  ] as const)('with %s', async (activation, parameters) => {
    const floats = parameters && ({ type: 'floats', value: parameters } as const);
    await checkFused({ op, inputs, attributes: { ...attributes, activation, activation_params: floats } });
  });
  it('with a sum, groups and no bias', async () => {
    await checkFused({
      op,
      inputs: [[2, 4, 6, 5], [6, 2, 3, 3], null, [2, 6, 3, 5]],
      attributes: { ...attributes, group: 2, activation: 'Relu' },
    });
    await checkFused({ op, inputs: [...inputs, [2, 6, 3, 5]], attributes });
  });
  it('refuses an activation that it does not know', () => {
    const { model } = fusedModel({ op, inputs, attributes: { ...attributes, activation: 'Wavy' } });
    expect(() => decompose(model)).toThrow(/"Wavy".*graphOptimizationLevel/);
  });
});

describe('matrix products', () => {
  it.each<[string, FusedCase]>([
    ['FusedGemm with Relu', { op: 'FusedGemm', inputs: [[3, 4], [5, 4], [5]], attributes: { activation: 'Relu', transB: 1 } }],
    [
      'FusedGemm with LeakyRelu',
      {
        op: 'FusedGemm',
        inputs: [[3, 4], [4, 5], [5]],
        attributes: { activation: 'LeakyRelu', activation_alpha: 0.2, alpha: 0.5, beta: 1.5 },
      },
    ],
    [
      'FusedMatMul',
      {
        op: 'FusedMatMul',
        inputs: [
          [2, 3, 4],
          [2, 4, 5],
        ],
        attributes: { alpha: 0.3 },
      },
    ],
    [
      'FusedMatMul, both turned',
      {
        op: 'FusedMatMul',
        inputs: [
          [2, 4, 3],
          [2, 5, 4],
        ],
        attributes: { transA: 1, transB: 1, alpha: 2.5 },
      },
    ],
    [
      'FusedMatMul, batches behind',
      {
        op: 'FusedMatMul',
        inputs: [
          [3, 2, 4],
          [2, 4, 5],
        ],
        attributes: { transBatchA: 1 },
      },
    ],
    [
      'FusedMatMul, batches behind and turned',
      {
        op: 'FusedMatMul',
        inputs: [
          [4, 2, 3],
          [5, 2, 4],
        ],
        attributes: { transA: 1, transBatchA: 1, transB: 1, transBatchB: 1 },
      },
    ],
    [
      'FusedMatMul of more axes, batches behind',
      {
        op: 'FusedMatMul',
        inputs: [
          [3, 2, 2, 4],
          [4, 2, 2, 5],
        ],
        attributes: { transBatchA: 1, transBatchB: 1 },
      },
    ],
    ['FusedMatMul of a vector', { op: 'FusedMatMul', inputs: [[4], [4, 5]], attributes: { transA: 1 } }],
    [
      'TransposeMatMul',
      {
        op: 'TransposeMatMul',
        inputs: [
          [2, 3, 4],
          [2, 5, 4],
        ],
        attributes: { transB: 1 },
      },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });
});

describe('operators without a CPU kernel agree with a naive computation:', () => {
  const numbers = (count: number, phase: number) =>
    Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * 1.7 + phase)));
  const agrees = async (given: FusedCase, expected: readonly number[]): Promise<void> => {
    const { model, feeds } = fusedModel(given);
    const y = (await runReference(decompose(model), feeds)).y0!.data;
    expect(y.length).toBe(expected.length);
    for (const [i, value] of expected.entries()) expect(Number(y[i])).toBeCloseTo(value, 5);
  };
  const [x, b, r] = [numbers(24, 0), numbers(4, 1), numbers(24, 2)];
  const input = (dims: readonly number[], data: readonly number[]) => ({ dims, data });
  /** x Φ(x) by Simpson's rule. */
  const gelu = (v: number): number => {
    const h = v / 200;
    let area = 0;
    for (let i = 0; i < 200; i++) {
      const density = (t: number) => Math.exp((-t * t) / 2);
      area += (h / 6) * (density(i * h) + 4 * density((i + 0.5) * h) + density((i + 1) * h));
    }
    return v * (0.5 + area / Math.sqrt(2 * Math.PI));
  };

  it('BiasAdd', () =>
    agrees(
      { op: 'BiasAdd', inputs: [input([2, 3, 4], x), input([4], b), input([2, 3, 4], r)] },
      x.map((v, i) => v + b[i % 4]! + r[i]!),
    ));

  it('BiasSplitGelu', () =>
    agrees(
      { op: 'BiasSplitGelu', inputs: [input([2, 3, 4], x), input([4], b)] },
      Array.from({ length: 12 }, (_, i) => {
        const at = Math.floor(i / 2) * 4 + (i % 2);
        return (x[at]! + b[i % 2]!) * gelu(x[at + 2]! + b[(i % 2) + 2]!);
      }),
    ));

  it.each([
    [2, 4],
    [-1, 4],
    [1, 12],
  ])('BiasSoftmax over the axes from %i on', (axis, width) => {
    const sums = x.map((v, i) => Math.exp(v + b[i % 4]!));
    const total = (i: number) => sums.slice(i - (i % width), i - (i % width) + width).reduce((p, q) => p + q);
    return agrees(
      { op: 'BiasSoftmax', inputs: [input([2, 3, 4], x), input([1, 1, 4], b)], attributes: { axis, is_inner_broadcast: 0 } },
      sums.map((v, i) => v / total(i)),
    );
  });

  it.each(['BiasDropout', 'BitmaskBiasDropout'])('%s in inference', (op) =>
    agrees(
      { op, inputs: [input([2, 3, 4], x), input([4], b), input([2, 3, 4], r)] },
      x.map((v, i) => v + b[i % 4]! + r[i]!),
    ),
  );

  it('BitmaskDropout in inference, and refuses training', async () => {
    await agrees({ op: 'BitmaskDropout', inputs: [input([2, 12], x)] }, x);
    const mode = { dims: [], data: [1], dtype: 'bool' as const, constant: true };
    const { model } = fusedModel({ op: 'BitmaskDropout', inputs: [input([2, 12], x), null, mode] });
    expect(() => decompose(model)).toThrow(/training mode/);
  });

  it('NhwcConv and NhwcFusedConv: a kernel of one pixel is a product with each pixel', async () => {
    const w = numbers(12, 3);
    const product = (pixel: number, k: number) => [0, 1, 2, 3].reduce((a, c) => a + x[pixel * 4 + c]! * w[k * 4 + c]!, 0);
    const y = Array.from({ length: 18 }, (_, i) => product(Math.floor(i / 3), i % 3));
    const inputs = [input([1, 2, 3, 4], x), input([3, 4, 1, 1], w)];
    await agrees({ op: 'NhwcConv', inputs }, y);
    const bias = input([3], [0.1, 0.2, 0.3]);
    const relu = y.map((v, i) => Math.max(0, v + bias.data[i % 3]!));
    await agrees({ op: 'NhwcFusedConv', inputs: [...inputs, bias], attributes: { activation: 'Relu' } }, relu);
  });

  it('NhwcMaxPool', () =>
    agrees(
      { op: 'NhwcMaxPool', inputs: [input([1, 2, 3, 4], x)], attributes: { kernel_shape: [2, 1] } },
      Array.from({ length: 12 }, (_, i) => Math.max(x[i]!, x[i + 12]!)),
    ));
});
