import { expect, it } from 'vitest';
import { sliceOf } from './slice.js';

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

it('a slice of a point leaves out the axes of which one place was named', () => {
  const z = { axes: ['position', 'head', 'dim'] as const, dims: [3, 2, 4], data: numbers(24) };
  expect(sliceOf(z, { point: 'z.0' })).toEqual({ shape: [3, 2, 4], data: numbers(24) });
  expect(sliceOf(z, { point: 'z.0', position: 2, head: 1 })).toEqual({ shape: [4], data: Float32Array.of(20, 21, 22, 23) });
  expect(sliceOf(z, { point: 'z.0', head: 0 })).toEqual({
    shape: [3, 4],
    data: Float32Array.of(0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19),
  });
  expect(() => sliceOf(z, { point: 'z.0', position: 3 })).toThrow('z.0 has no position 3: it has 3.');
});

it('a pattern that is too large for the page is pooled by the largest of each block', () => {
  const data = new Float32Array(2 * 20 * 20);
  data[400 + 19 * 20 + 5] = 0.75;
  const pattern = { axes: ['head', 'query', 'key'] as const, dims: [2, 20, 20], data };
  const pooled = sliceOf(pattern, { point: 'attn_probs.0', head: 1, pool: 8 });
  expect(pooled.shape).toEqual([7, 7]);
  expect(pooled.data.indexOf(0.75)).toBe(6 * 7 + 1);
  expect(sliceOf(pattern, { point: 'attn_probs.0', head: 1, position: 19 }).data[5]).toBe(0.75);
  expect(sliceOf(pattern, { point: 'attn_probs.0', pool: 32 }).shape).toEqual([2, 20, 20]);
});
