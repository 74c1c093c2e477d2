import { describe, expect, it } from 'vitest';
import { checkFused, type FusedCase, fusedModel } from '../../../testing/fused.node.js';
import { runReference } from '../../../testing/session.node.js';
import { decompose } from '../decompose.js';

/** Bytes that look random. */
const bytes = (count: number, seed = 7) =>
  Array.from({ length: count }, (_, i) => (Math.imul(i + 1, 2654435761) >>> (seed % 24)) & 255);
const uint8 = (dims: readonly number[], seed?: number) =>
  ({
    dims,
    data: bytes(
      dims.reduce((a, b) => a * b, 1),
      seed,
    ),
    dtype: 'uint8',
    constant: true,
  }) as const;
const float32 = (dims: readonly number[], seed = 3) =>
  ({
    dims,
    data: bytes(
      dims.reduce((a, b) => a * b, 1),
      seed,
    ).map((v) => (v - 100) / 900),
    constant: true,
  }) as const;

interface Nbits {
  readonly bits?: number;
  readonly n?: number;
  readonly k?: number;
  readonly size?: number;
  readonly zeros?: 'packed' | 'float';
  readonly bias?: boolean;
  readonly opset?: number;
}

function nbits({ bits = 4, n = 5, k = 64, size = 16, zeros, bias, opset = 21 }: Nbits): FusedCase {
  const blocks = Math.ceil(k / size);
  const points =
    zeros === undefined ? null : zeros === 'float' ? float32([n, blocks], 5) : uint8([n, Math.ceil((blocks * bits) / 8)], 5);
  const inputs = [[2, 3, k], uint8([n, blocks, (size * bits) / 8]), float32([n, blocks]), points, null, bias ? [n] : null];
  return { op: 'MatMulNBits', inputs, attributes: { K: k, N: n, bits, block_size: size }, opset };
}

describe('MatMulNBits', () => {
  it.each<[string, Nbits]>([
    ['4 bits', {}],
    ['4 bits with zero points', { zeros: 'packed' }],
    ['4 bits with zero points of an odd number of blocks', { zeros: 'packed', k: 48 }],
    ['4 bits with zero points that are numbers', { zeros: 'float' }],
    ['4 bits with bias and a last block that is not full', { k: 56, bias: true }],
    ['4 bits with zero points before operator set 21', { zeros: 'packed', k: 48, opset: 20 }],
    ['blocks of 32', { size: 32, zeros: 'packed', k: 128 }],
    ['8 bits', { bits: 8 }],
    ['8 bits with zero points', { bits: 8, zeros: 'packed', k: 48 }],
    ['8 bits before operator set 21', { bits: 8, zeros: 'packed', opset: 20 }],
    ['2 bits', { bits: 2 }],
    ['2 bits with zero points', { bits: 2, zeros: 'packed' }],
  ])('%s', async (_, given) => {
    await checkFused(nbits(given));
  });

  it('4 bits with a block for each column (g_idx), against a naive computation', async () => {
    const groups = Array.from({ length: 32 }, (_, i) => (i * 7) % 2);
    const packedBytes = bytes(2 * 16);
    const scales = [0.1, 0.2, 0.3, 0.4];
    const x = Array.from({ length: 32 }, (_, i) => Math.sin(i));
    const inputs = [
      { dims: [1, 32], data: x },
      { dims: [2, 2, 8], data: packedBytes, dtype: 'uint8' as const, constant: true },
      { dims: [2, 2], data: scales, constant: true },
      null,
      { dims: [32], data: groups, dtype: 'int32' as const, constant: true },
    ];
    const { model, feeds } = fusedModel({ op: 'MatMulNBits', inputs, attributes: { K: 32, N: 2, bits: 4, block_size: 16 } });
    const { y0 } = await runReference(decompose(model), feeds);
    for (const row of [0, 1]) {
      const q = (k: number) => (packedBytes[row * 16 + Math.floor(k / 2)]! >> (4 * (k % 2))) & 15;
      const sum = x.reduce((a, v, k) => a + v * (q(k) - 8) * scales[row * 2 + groups[k]!]!, 0);
      expect(Number(y0!.data[row])).toBeCloseTo(sum, 4);
    }
  });

  it('shares the bytes of the weight', () => {
    const { model } = fusedModel(nbits({}));
    const plain = decompose(model);
    const weight = model.graph.initializers.get('x1')!.data;
    const shared = [...plain.graph.initializers.values()].find(({ dtype, dims }) => dtype === 'uint4' && dims[1] === 64);
    expect(shared!.data).toBe(weight);
  });
});

describe('GatherBlockQuantized', () => {
  const op = 'GatherBlockQuantized';
  const ids = { dims: [2, 3], data: [1, 0, 5, 3, 3, 2], dtype: 'int64' } as const;
  it.each<[string, FusedCase]>([
    [
      '4 bits',
      {
        op,
        inputs: [uint8([6, 16]), ids, float32([6, 2])],
        attributes: { block_size: 16, bits: 4, quantize_axis: 1, gather_axis: 0 },
      },
    ],
    [
      '4 bits with zero points',
      {
        op,
        inputs: [uint8([6, 24]), ids, float32([6, 3]), uint8([6, 2], 4)],
        attributes: { block_size: 16, bits: 4, quantize_axis: 1 },
      },
    ],
    ['8 bits', { op, inputs: [uint8([6, 32]), ids, float32([6, 2])], attributes: { block_size: 16, bits: 8, quantize_axis: 1 } }],
    [
      '8 bits with zero points',
      {
        op,
        inputs: [uint8([6, 32]), ids, float32([6, 2]), uint8([6, 2], 4)],
        attributes: { block_size: 16, bits: 8, quantize_axis: 1 },
      },
    ],
  ])('%s', async (_, given) => {
    await checkFused(given);
  });

  it('is refused where its numbers have no bits', () => {
    const inputs = [uint8([6, 16]), ids, float32([6, 2])];
    const { model } = fusedModel({ op, inputs, attributes: { block_size: 16, bits: 0, quantize_axis: 1 } });
    expect(() => decompose(model)).toThrow(/0 bits a number/);
  });
});

describe('MatMulBnb4', () => {
  it.each([
    ['FP4', 0],
    ['NF4', 1],
  ])('%s', async (_, kind) => {
    const inputs = [[3, 32], uint8([(6 * 32) / 2]), float32([(6 * 32) / 16])];
    await checkFused({ op: 'MatMulBnb4', inputs, attributes: { K: 32, N: 6, block_size: 16, quant_type: kind } });
  });
});
