import { describe, expect, it } from 'vitest';
import { float } from '../../../build/builder.js';
import { checkFused, type FusedCase, fusedModel } from '../../../testing/fused.node.js';
import { runReference } from '../../../testing/session.node.js';
import { decompose } from '../decompose.js';

const int32 = (dims: readonly number[], data: readonly number[]) => ({ dims, data, dtype: 'int32' as const });

describe('SkipLayerNormalization', () => {
  const op = 'SkipLayerNormalization';
  it.each<[string, FusedCase]>([
    ['plain', { op, inputs: [[2, 3, 8], [2, 3, 8], [8], [8]] }],
    ['without beta', { op, inputs: [[2, 3, 8], [2, 3, 8], [8]], attributes: { epsilon: float(0.01) } }],
    ['with bias, and its sum', { op, inputs: [[2, 3, 8], [2, 3, 8], [8], [8], [8]], outputs: [0, 3] }],
    ['with a skip for all rows', { op, inputs: [[2, 3, 8], [3, 8], [8], [8]], outputs: [0, 3] }],
    ['of two axes', { op, inputs: [[3, 8], [3, 8], [8], [8]] }],
    [
      'simplified',
      { op: 'SkipSimplifiedLayerNormalization', inputs: [[2, 3, 8], [2, 3, 8], [8]], attributes: { epsilon: 1e-6 } },
    ],
    [
      'simplified with bias, and its sum',
      { op: 'SkipSimplifiedLayerNormalization', inputs: [[2, 3, 8], [2, 3, 8], [8], [8]], outputs: [0, 3] },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });

  it('gives mean and inverse deviation where they are read, which the CPU kernel does not compute', async () => {
    const { model, feeds } = fusedModel({ op, inputs: [[2, 8], [2, 8], [8], [8]], outputs: [1, 2, 3] });
    const { y1, y2, y3 } = await runReference(decompose(model), feeds);
    for (const row of [0, 1]) {
      const x = [...y3!.data].slice(8 * row, 8 * row + 8).map(Number);
      const mean = x.reduce((a, b) => a + b) / 8;
      const variance = x.reduce((a, b) => a + (b - mean) ** 2, 0) / 8;
      expect(Number(y1!.data[row])).toBeCloseTo(mean, 5);
      expect(Number(y2!.data[row])).toBeCloseTo(1 / Math.sqrt(variance), 4);
    }
  });
});

describe('SimplifiedLayerNormalization', () => {
  it.each<[string, FusedCase]>([
    [
      'over the last axis',
      { op: 'SimplifiedLayerNormalization', domain: '', inputs: [[2, 3, 8], [8]], attributes: { axis: -1, epsilon: 1e-5 } },
    ],
    [
      'over more axes',
      {
        op: 'SimplifiedLayerNormalization',
        domain: '',
        inputs: [
          [2, 3, 8],
          [3, 8],
        ],
        attributes: { axis: 1, epsilon: 1e-5 },
      },
    ],
    [
      'with its inverse deviation',
      {
        op: 'SimplifiedLayerNormalization',
        domain: '',
        inputs: [[2, 3, 8], [8]],
        outputs: [0, 1],
        attributes: { axis: -1, epsilon: 1e-5 },
      },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });
});

describe('EmbedLayerNormalization', () => {
  const op = 'EmbedLayerNormalization';
  const ids = int32([2, 3], [1, 0, 4, 2, 2, 3]);
  const segments = int32([2, 3], [0, 0, 1, 1, 1, 0]);
  const mask = int32([2, 3], [1, 1, 0, 1, 1, 1]);
  const types = { 1: 'int32' as const };
  it.each<[string, FusedCase]>([
    [
      'words, positions and segments',
      { op, inputs: [ids, segments, [5, 8], [6, 8], [2, 8], [8], [8]], attributes: { mask_index_type: 0 } },
    ],
    [
      'without segments',
      { op, inputs: [ids, null, [5, 8], [6, 8], null, [8], [8]], attributes: { epsilon: 1e-5, mask_index_type: 0 } },
    ],
    ['with a mask', { op, inputs: [ids, segments, [5, 8], [6, 8], [2, 8], [8], [8], mask], outputs: [0, 1], types }],
    ['with a mask index and no mask', { op, inputs: [ids, segments, [5, 8], [6, 8], [2, 8], [8], [8]], outputs: [0, 1], types }],
    [
      'with positions of its own, and the sum',
      {
        op,
        inputs: [ids, null, [5, 8], [6, 8], null, [8], [8], null, int32([2, 3], [5, 1, 0, 2, 3, 3])],
        outputs: [0, 1, 2],
        types,
        attributes: { mask_index_type: 0 },
      },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });
});

describe('GroupNorm', () => {
  /** (x − mean) / √(variance + ε) over each group of channels, γ, β, SiLU; all in double precision, channels last. */
  function naive(
    x: readonly number[],
    dims: readonly number[],
    groups: number,
    gamma: readonly number[],
    beta: readonly number[],
    silu: boolean,
  ) {
    const [n, h, w, ch] = dims as [number, number, number, number];
    const size = ch / groups;
    const y = new Array<number>(x.length);
    for (let b = 0; b < n; b++)
      for (let g = 0; g < groups; g++) {
        const places: number[] = [];
        for (let p = 0; p < h * w; p++) for (let k = 0; k < size; k++) places.push((b * h * w + p) * ch + g * size + k);
        const mean = places.reduce((a, i) => a + x[i]!, 0) / places.length;
        const variance = places.reduce((a, i) => a + (x[i]! - mean) ** 2, 0) / places.length;
        for (const i of places) {
          const z = ((x[i]! - mean) / Math.sqrt(variance + 1e-5)) * gamma[i % ch]! + beta[i % ch]!;
          y[i] = silu ? z / (1 + Math.exp(-z)) : z;
        }
      }
    return y;
  }
  const numbers = (count: number, phase: number) =>
    Array.from({ length: count }, (_, i) => Math.fround(Math.sin(i * 1.7 + phase)));

  it.each([0, 1])('agrees with a naive computation, activation %i (ONNX Runtime has no CPU kernel)', async (activation) => {
    const dims = [2, 3, 2, 6];
    const [x, skip, gamma, beta, bias] = [numbers(72, 0), numbers(12, 1), numbers(6, 2), numbers(6, 3), numbers(6, 4)];
    const attributes = { groups: 3, activation, epsilon: 1e-5 };
    const parts = [
      { dims, data: x },
      { dims: [6], data: gamma },
      { dims: [6], data: beta },
    ];
    const plain = fusedModel({ op: 'GroupNorm', inputs: parts, attributes });
    const { y0 } = await runReference(decompose(plain.model), plain.feeds);
    const expected = naive(x, dims, 3, gamma, beta, activation === 1);
    for (const [i, value] of expected.entries()) expect(Number(y0!.data[i])).toBeCloseTo(value, 5);
    const inputs = [...parts, { dims: [2, 6], data: skip }, { dims: [6], data: bias }];
    const skipped = fusedModel({ op: 'SkipGroupNorm', inputs, attributes, outputs: [0, 1] });
    const result = await runReference(decompose(skipped.model), skipped.feeds);
    const total = x.map((v, i) => v + skip[Math.floor(i / 36) * 6 + (i % 6)]! + bias[i % 6]!);
    const sums = naive(total, dims, 3, gamma, beta, activation === 1);
    for (const [i, value] of sums.entries()) expect(Number(result.y0!.data[i])).toBeCloseTo(value, 5);
    for (const [i, value] of total.entries()) expect(Number(result.y1!.data[i])).toBeCloseTo(value, 5);
  });
});
