import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tensorOf } from '../build/builder.js';
import type { Tensor } from '../types.js';
import { readTensor } from './readTensor.js';

const inline = (dtype: Tensor['dtype'], bytes: Uint8Array, dims: number[]): Tensor => ({
  dtype,
  dims,
  data: { kind: 'inline', bytes },
});

describe('readTensor', () => {
  it('is a view of aligned bytes and a copy of others', () => {
    const buffer = new Uint8Array(16);
    const aligned = readTensor(inline('float32', buffer.subarray(4, 12), [2]));
    expect(aligned.buffer).toBe(buffer.buffer);
    const copied = readTensor(inline('float32', buffer.subarray(3, 11), [2]));
    expect(copied.buffer).not.toBe(buffer.buffer);
    expect(copied).toHaveLength(2);
  });

  it('gives back the numbers that a tensor was made from', () => {
    fc.assert(
      fc.property(fc.array(fc.float()), (values) => {
        expect([...readTensor(tensorOf('float32', values))]).toEqual(values);
      }),
    );
  });

  it('decodes every float16 as the formula of IEEE 754 does', () => {
    const bits = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const decoded = readTensor(inline('float16', new Uint8Array(bits.buffer), [65536])) as Float32Array;
    for (const [i, value] of decoded.entries()) {
      const [exponent, fraction] = [(i >> 10) & 31, i & 1023];
      const size = exponent === 0 ? 2 ** -14 * (fraction / 1024) : 2 ** (exponent - 15) * (1 + fraction / 1024);
      const expected = exponent === 31 ? (fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN) : size;
      expect(value === (i & 0x8000 ? -expected : expected) || (Number.isNaN(value) && Number.isNaN(expected))).toBe(true);
    }
  });

  it('decodes bfloat16 as the upper half of float32', () => {
    const bits = Uint16Array.of(0x3f80, 0xc049, 0x0000);
    expect([...readTensor(inline('bfloat16', new Uint8Array(bits.buffer), [3]))]).toEqual([1, -3.140625, 0]);
  });

  it('reads external data from the file given, and says what is missing', () => {
    const file = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);
    const tensor: Tensor = { dtype: 'float32', dims: [2], data: { kind: 'external', location: 'w.bin', offset: 8, length: 8 } };
    expect([...readTensor(tensor, new Map([['w.bin', file]]))]).toEqual([3, 4]);
    expect(() => readTensor(tensor)).toThrow(/file "w\.bin", which was not given/);
    expect(() => readTensor(tensor, () => file.subarray(0, 12))).toThrow(/has 12 bytes.*8 … 16/);
  });
});
