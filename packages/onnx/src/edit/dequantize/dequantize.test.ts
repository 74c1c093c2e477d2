import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { afterAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../build/builder.js';
import { read } from '../../read/read.js';
import { constantTensor } from '../../tensor/constants.js';
import { runReference } from '../../testing/session.node.js';
import { largestDifference, opsOf, sizeOf, wave, waves } from '../../testing/waves.js';
import type { DataType, Model } from '../../types.js';
import { write } from '../../write/write.js';
import { dequantize } from './dequantize.js';

const folder = mkdtempSync(join(tmpdir(), 'dequantize-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The graph that ONNX Runtime makes of a model. */
async function optimized(model: Model): Promise<Model> {
  const optimizedModelFilePath = join(folder, 'optimized.onnx');
  const options = { graphOptimizationLevel: 'extended', optimizedModelFilePath, logSeverityLevel: 3 } as const;
  await (await ort.InferenceSession.create(write(model), options)).release();
  return read(new Uint8Array(readFileSync(optimizedModelFilePath)));
}

/** Builds one network twice: quantised as QDQ pairs, and in floats with the same (dequantised) weights. */
class Network {
  readonly b = new GraphBuilder({ opset: 18 });
  readonly #quantized: boolean;
  #count = 0;

  constructor(quantized: boolean) {
    this.#quantized = quantized;
  }

  constant(dtype: DataType, values: ArrayLike<number>, dims: readonly number[]): string {
    return this.b.initializer(constantTensor(dtype, values, dims), 'c');
  }

  /** An activation in [−4, 4], in steps of 1/32. */
  activation(x: string): string {
    if (!this.#quantized) return x;
    const parameters = [this.constant('float32', [1 / 32], []), this.constant('uint8', [128], [])];
    return this.b.op('DequantizeLinear', [this.b.op('QuantizeLinear', [x, ...parameters]), ...parameters]);
  }

  /** A weight of 8 bits, with a scale for each channel along `axis` where that is not −1. */
  weight(dims: readonly number[], axis: number): string {
    const channels = axis < 0 ? 1 : dims[axis]!;
    const scales = Array.from({ length: channels }, (_, i) => Math.fround(0.002 + 0.0007 * i));
    const whole = Array.from({ length: sizeOf(dims) }, (_, i) => Math.round(127 * wave(i, ++this.#count % 5)));
    const inner = axis < 0 ? 1 : sizeOf(dims.slice(axis + 1));
    const scaleOf = (i: number): number => scales[Math.floor(i / inner) % channels]!;
    if (!this.#quantized)
      return this.constant(
        'float32',
        whole.map((q, i) => Math.fround(q * scaleOf(i))),
        dims,
      );
    const shape = axis < 0 ? [] : [channels];
    const zero = this.constant('int8', new Array<number>(channels).fill(0), shape);
    const inputs = [this.constant('int8', whole, dims), this.constant('float32', scales, shape), zero];
    return this.b.op('DequantizeLinear', inputs, axis < 0 ? {} : { axis });
  }

  /** A bias whose scale is that of the activation times that of the weight. */
  bias(channels: number): string {
    const scales = Array.from({ length: channels }, (_, i) => Math.fround(Math.fround(0.002 + 0.0007 * i) / 32));
    const whole = Array.from({ length: channels }, (_, i) => 700 * (i - 1));
    if (!this.#quantized)
      return this.constant(
        'float32',
        whole.map((q, i) => Math.fround(q * scales[i]!)),
        [channels],
      );
    const zero = this.constant('int32', new Array<number>(channels).fill(0), [channels]);
    return this.b.op(
      'DequantizeLinear',
      [this.constant('int32', whole, [channels]), this.constant('float32', scales, [channels]), zero],
      { axis: 0 },
    );
  }
}

function convolutional(quantized: boolean): Model {
  const net = new Network(quantized);
  const { b } = net;
  const x = net.activation(b.input('x', 'float32', [1, 3, 8, 8]));
  const conv = (of: string, from: number, to: number): string =>
    b.op('Conv', [of, net.weight([to, from, 3, 3], 0), net.bias(to)], { pads: [1, 1, 1, 1], kernel_shape: [3, 3] });
  const first = net.activation(b.op('Relu', [conv(x, 3, 4)]));
  const pooled = net.activation(b.op('MaxPool', [first], { kernel_shape: [2, 2], strides: [2, 2] }));
  const second = net.activation(conv(pooled, 4, 4));
  const sum = net.activation(b.op('Add', [pooled, second]));
  const joined = net.activation(b.op('Concat', [sum, net.activation(b.op('Sigmoid', [second]))], { axis: 1 }));
  const mean = net.activation(b.op('GlobalAveragePool', [joined]));
  const flat = net.activation(b.op('Reshape', [mean, b.i64([1, 8])]));
  const product = net.activation(b.op('MatMul', [flat, net.weight([8, 5], 1)]));
  b.output(b.op('Mul', [product, b.f32(1)]), 'float32', [1, 5], 'y');
  return b.model();
}

describe('dequantize', () => {
  const feeds = { x: { dims: [1, 3, 8, 8], data: waves(192, 1) } };

  it('of a network of QDQ pairs gives the float network with the dequantised weights', async () => {
    const [quantized, float] = [convolutional(true), convolutional(false)];
    const plain = dequantize(quantized);
    expect(opsOf(plain)).not.toContain('QuantizeLinear');
    const [want, got, rounded] = await Promise.all([float, plain, quantized].map((model) => runReference(model, feeds)));
    expect(largestDifference(got!.y!.data, want!.y!.data)).toBeLessThan(1e-5);
    expect(largestDifference(rounded!.y!.data, want!.y!.data)).toBeLessThan(0.1);
    expect(largestDifference(rounded!.y!.data, want!.y!.data)).toBeGreaterThan(1e-4);
  });

  it('of what ONNX Runtime makes of that network gives the same', async () => {
    const fused = await optimized(convolutional(true));
    for (const op of [
      'QLinearConv',
      'QLinearAdd',
      'QLinearMatMul',
      'QLinearSigmoid',
      'QLinearConcat',
      'QLinearGlobalAveragePool',
    ])
      expect(opsOf(fused)).toContain(op);
    const plain = dequantize(fused);
    expect([...opsOf(plain)].filter((op) => op.startsWith('QLinear') || op === 'QuantizeLinear')).toEqual([]);
    const [want, got] = [await runReference(convolutional(false), feeds), await runReference(plain, feeds)];
    expect(largestDifference(got.y!.data, want.y!.data)).toBeLessThan(1e-5);
  });

  it('leaves the bytes of weights where they are', () => {
    const quantized = convolutional(true);
    const shared = new Set([...quantized.graph.initializers.values()].filter(({ dtype }) => dtype === 'int8').map((t) => t.data));
    const kept = [...dequantize(quantized).graph.initializers.values()].filter(
      ({ dtype, dims }) => dtype === 'int8' && dims.length > 1,
    );
    expect(kept.length).toBe(3);
    for (const tensor of kept) expect(shared.has(tensor.data)).toBe(true);
  });

  it('keeps activations to their range where asked to', async () => {
    const b = new GraphBuilder();
    const parameters = [b.f32(1 / 32), b.initializer(constantTensor('uint8', [128], []), 'zero')];
    const q = b.op('QuantizeLinear', [b.input('x', 'float32', [4]), ...parameters]);
    b.output(b.op('DequantizeLinear', [q, ...parameters], {}, { output: 'y' }), 'float32', [4]);
    const given = { x: { dims: [4], data: [-9, -3.99, 0.011, 9] } };
    const run = async (model: Model) => [...(await runReference(model, given)).y!.data].map(Number);
    const rounded = (values: number[]) => values.map((v) => Math.round(v * 1e4) / 1e4);
    expect(rounded(await run(dequantize(b.model())))).toEqual([-9, -3.99, 0.011, 9]);
    expect(rounded(await run(dequantize(b.model(), { saturate: true })))).toEqual([-4, -3.99, 0.011, 3.9688]);
  });

  it('returns a model without quantised numbers as it is', () => {
    const model = convolutional(false);
    expect(dequantize(model)).toBe(model);
  });

  it('refuses to compute with quantised numbers in ways that it does not know', () => {
    const b = new GraphBuilder();
    const q = b.op('QuantizeLinear', [b.input('x', 'float32', [4]), b.f32(0.1), b.initializer(constantTensor('uint8', [3], []))]);
    b.output(b.op('BitwiseNot', [q]), 'uint8', [4], 'y');
    expect(() => dequantize(b.model())).toThrow(/BitwiseNot.*quantised numbers/);
  });
});

describe('dequantize of what the dynamic quantiser writes', () => {
  const weights = Array.from({ length: 24 }, (_, i) => Math.round(100 * wave(i, 2)) + 128);
  const real = weights.map((q, i) => (q - 120) * Math.fround(0.01 + 0.002 * (i % 3)));
  const x = waves(16, 3);
  const product = Array.from({ length: 6 }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < 8; k++) sum += x[Math.floor(i / 3) * 8 + k]! * real[k * 3 + (i % 3)]!;
    return sum;
  });

  function dynamic(): Model {
    const b = new GraphBuilder();
    const [q, scale, zero] = b.ops('DynamicQuantizeLinear', [b.input('x', 'float32', [2, 8])], 3);
    const w = b.initializer(constantTensor('uint8', weights, [8, 3]), 'w');
    const wZero = b.initializer(constantTensor('uint8', [120, 120, 120], [3]), 'z');
    const whole = b.op('MatMulInteger', [q!, w, zero!, wZero]);
    const scales = b.op('Mul', [scale!, b.f32([0.01, 0.012, 0.014])]);
    b.output(b.op('Mul', [b.op('Cast', [whole], { to: 1 }), scales]), 'float32', [2, 3], 'y');
    return b.model();
  }
  const feeds = { x: { dims: [2, 8], data: x } };

  it('DynamicQuantizeLinear, MatMulInteger and Cast', async () => {
    const plain = dequantize(dynamic());
    expect(opsOf(plain)).not.toContain('MatMulInteger');
    expect(largestDifference((await runReference(plain, feeds)).y!.data, product)).toBeLessThan(1e-5);
    expect(largestDifference((await runReference(dynamic(), feeds)).y!.data, product)).toBeLessThan(0.1);
  });

  it('their fused form, DynamicQuantizeMatMul or MatMulIntegerToFloat', async () => {
    const fused = await optimized(dynamic());
    expect([...opsOf(fused)].join()).toMatch(/DynamicQuantizeMatMul|MatMulIntegerToFloat/);
    expect(largestDifference((await runReference(dequantize(fused), feeds)).y!.data, product)).toBeLessThan(1e-5);
  });

  it('ConvInteger', async () => {
    const b = new GraphBuilder();
    const [q, scale, zero] = b.ops('DynamicQuantizeLinear', [b.input('x', 'float32', [1, 2, 8])], 3);
    const w = b.initializer(constantTensor('uint8', weights, [4, 2, 3]), 'w');
    const wZero = b.initializer(constantTensor('uint8', [120], []), 'z');
    const whole = b.op('ConvInteger', [q!, w, zero!, wZero], { pads: [1, 1], kernel_shape: [3] });
    b.output(b.op('Mul', [b.op('Cast', [whole], { to: 1 }), b.op('Mul', [scale!, b.f32(0.01)])]), 'float32', [1, 4, 8], 'y');
    const y = (await runReference(dequantize(b.model()), { x: { dims: [1, 2, 8], data: x } })).y!.data;
    const expected = Array.from({ length: 32 }, (_, i) => {
      let sum = 0;
      for (let c = 0; c < 2; c++)
        for (let k = 0; k < 3; k++) {
          const at = (i % 8) + k - 1;
          if (at >= 0 && at < 8)
            sum += x[c * 8 + at]! * (weights[(Math.floor(i / 8) * 2 + c) * 3 + k]! - 120) * Math.fround(0.01);
        }
      return sum;
    });
    expect(largestDifference(y, expected)).toBeLessThan(1e-5);
  });
});
