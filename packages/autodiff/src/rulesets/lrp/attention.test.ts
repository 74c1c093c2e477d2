import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { noise, spaced } from '../../testing/random.js';
import { relativeError, run, type Values } from '../../testing/run.js';
import { vjp } from '../../vjp.js';
import type { LrpOptions } from './options.js';

type Matrix = number[][];
const table = (v: Values): Matrix => {
  const [rows, columns] = v.dims as [number, number];
  return Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => Number(v.data[i * columns + j])));
};
const map = (a: Matrix, f: (v: number, i: number, j: number) => number): Matrix =>
  a.map((row, i) => row.map((v, j) => f(v, i, j)));
const turned = (a: Matrix): Matrix => a[0]!.map((_, j) => a.map((row) => row[j]!));
const times = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => b[0]!.map((_, j) => row.reduce((sum, v, k) => sum + v * b[k]![j]!, 0)));
const softmax = (a: Matrix): Matrix =>
  a.map((row) => {
    const total = row.reduce((sum, v) => sum + Math.exp(v), 0);
    return row.map((v) => Math.exp(v) / total);
  });

const [x, wq, wk, wv] = [spaced([3, 4], 1), noise([4, 5], 2), noise([4, 5], 3), noise([4, 2], 4)];
const cotangent = noise([3, 2], 5);

function attention(): Model {
  const b = new GraphBuilder();
  const image = b.input('x', 'float32', [3, 4]);
  const [q, k, v] = [wq, wk, wv].map((w) => b.op('MatMul', [image, b.f32(w!.data as Float32Array, w!.dims)]));
  const weights = b.op('Softmax', [b.op('MatMul', [q!, b.op('Transpose', [k!], { perm: [1, 0] })])], { axis: -1 });
  b.output(b.op('MatMul', [weights, v!], {}, { output: 'y' }), 'float32', [3, 2]);
  return b.model();
}

/** Relevance by the formulas of AttnLRP: LRP-0 for products with weights, halves for products of two, Taylor for Softmax. */
function byHand(detached: boolean): number[] {
  const [X, Q, K, V] = [x, wq, wk, wv].map(table) as [Matrix, Matrix, Matrix, Matrix];
  const [q, k, v] = [Q, K, V].map((w) => times(X, w)) as [Matrix, Matrix, Matrix];
  const scores = times(q, turned(k));
  const a = softmax(scores);
  const y = times(a, v);
  const layer = (input: Matrix, w: Matrix, output: Matrix, r: Matrix): Matrix => {
    const share = times(
      map(r, (value, i, j) => value / output[i]![j]!),
      turned(w),
    );
    return map(input, (value, i, j) => value * share[i]![j]!);
  };
  const R = map(y, (value, i, j) => value * Number(cotangent.data[i * 2 + j]));
  const part = map(R, (value, i, j) => value / ((detached ? 1 : 2) * y[i]![j]!));
  const toV = map(v, (value, i, j) => value * times(turned(a), part)[i]![j]!);
  const parts = [layer(X, V, v, toV)];
  if (!detached) {
    const toA = map(a, (value, i, j) => value * times(part, turned(v))[i]![j]!);
    const toScores = map(scores, (value, i, j) => value * (toA[i]![j]! - a[i]![j]! * toA[i]!.reduce((s, r) => s + r, 0)));
    const half = map(toScores, (value, i, j) => value / (2 * scores[i]![j]!));
    parts.push(
      layer(
        X,
        Q,
        q,
        map(q, (value, i, j) => value * times(half, k)[i]![j]!),
      ),
    );
    parts.push(
      layer(
        X,
        K,
        k,
        map(k, (value, i, j) => value * times(turned(half), q)[i]![j]!),
      ),
    );
  }
  return parts.reduce((sum, p) => map(sum, (value, i, j) => value + p[i]![j]!)).flat();
}

const relevance = async (model: Model, options: LrpOptions, feeds: Record<string, Values>): Promise<Float32Array> => {
  const graph = vjp(model, { of: 'y', wrt: 'x', rules: { name: 'lrp', composite: 'epsilon', ...options } });
  return (await run(graph, feeds))['relevance:x']!.data as Float32Array;
};

/** y = f(x), element by element, as one operator or in parts. */
function unary(write: (b: GraphBuilder, x: string) => string): Model {
  const b = new GraphBuilder({ opset: 20 });
  const image = b.input('x', 'float32', [3, 4]);
  const mixed = b.op('MatMul', [image, b.f32(noise([4, 4], 8).data as Float32Array, [4, 4])]);
  b.output(b.op('Identity', [write(b, mixed)], {}, { output: 'y' }), 'float32', [3, 4]);
  return b.model();
}
const same = async (a: Model, b: Model): Promise<void> => {
  const feeds = { x, 'cotangent:y': noise([3, 4], 9) };
  expect(relativeError(await relevance(a, {}, feeds), await relevance(b, {}, feeds))).toBeLessThan(1e-5);
};

describe('relevance in transformers', () => {
  it('passes attention by the formulas of AttnLRP, or with its weights held fixed', async () => {
    for (const softmax of ['taylor', 'detached'] as const) {
      const found = await relevance(attention(), { epsilon: 0, softmax }, { x, 'cotangent:y': cotangent });
      expect(relativeError(found, byHand(softmax === 'detached')), softmax).toBeLessThan(1e-5);
    }
  });

  it('knows activations that exporters write in parts', async () => {
    const gelu = unary((b, v) => b.op('Gelu', [v]));
    await same(
      unary((b, v) => {
        const erf = b.op('Erf', [b.op('Div', [v, b.f32(Math.SQRT2)])]);
        return b.op('Mul', [b.op('Mul', [v, b.op('Add', [erf, b.f32(1)])]), b.f32(0.5)]);
      }),
      gelu,
    );
    await same(
      unary((b, v) => {
        const erf = b.op('Erf', [b.op('Mul', [v, b.f32(Math.SQRT1_2)])]);
        return b.op('Mul', [b.op('Add', [erf, b.f32(1)]), b.op('Mul', [v, b.f32(0.5)])]);
      }),
      gelu,
    );
    await same(
      unary((b, v) => b.op('Mul', [v, b.op('HardSigmoid', [v], { alpha: 1 / 6 })])),
      unary((b, v) => b.op('HardSwish', [v])),
    );
  });

  it('knows a layer normalization that is written in parts, and one by a reciprocal', async () => {
    const [scale, shift] = [noise([4], 1).data, noise([4], 2).data] as [Float32Array, Float32Array];
    const centred = (b: GraphBuilder, v: string): { c: string; deviation: string } => {
      const mean = (value: string): string => b.op('ReduceMean', [value, b.i64([-1])], { keepdims: 1 });
      const c = b.op('Sub', [v, mean(v)]);
      return { c, deviation: b.op('Sqrt', [b.op('Add', [mean(b.op('Pow', [c, b.f32(2)])), b.f32(1e-5)])]) };
    };
    const affine = (b: GraphBuilder, v: string): string => b.op('Add', [b.op('Mul', [v, b.f32(scale)]), b.f32(shift)]);
    const whole = unary((b, v) => b.op('LayerNormalization', [v, b.f32(scale), b.f32(shift)], { axis: -1 }));
    for (const inverse of [false, true])
      await same(
        unary((b, v) => {
          const { c, deviation } = centred(b, v);
          return affine(b, inverse ? b.op('Mul', [c, b.op('Reciprocal', [deviation])]) : b.op('Div', [c, deviation]));
        }),
        whole,
      );
  });

  it('gives all to the signal where a gate multiplies it, and half to each of two signals', async () => {
    const signal = (b: GraphBuilder, v: string): string =>
      b.op('MatMul', [v, b.f32(noise([4, 4], 5).data as Float32Array, [4, 4])]);
    const feeds = { x, 'cotangent:y': noise([3, 4], 9) };
    const gated = unary((b, v) => b.op('Mul', [b.op('Sigmoid', [signal(b, v)]), v]));
    const values = (await run(gated, { x })).y!.data as Float32Array;
    const asked = values.reduce((sum, v, i) => sum + v * Number(feeds['cotangent:y'].data[i]), 0);
    const given = (await relevance(gated, { epsilon: 0 }, feeds)).reduce((a, c) => a + c, 0);
    expect(given / asked).toBeCloseTo(1, 4);
    const squared = unary((b, v) => b.op('Mul', [v, v]));
    await same(
      squared,
      unary((b, v) => b.op('Pow', [v, b.f32(2)])),
    );
  });
});
