import { expect, it } from 'vitest';
import { partOf } from './slice.js';

const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

it('a slice of a point leaves out the axes of which one place was named', () => {
  const axes = ['position', 'head', 'dim'] as const;
  expect(partOf({ axes, dims: [3, 2, 4], data: numbers(24) }, { point: 'z.0' })).toEqual({ shape: [3, 2, 4], data: numbers(24) });
  expect(partOf({ axes, dims: [1, 1, 4], data: numbers(4) }, { point: 'z.0', position: 2, head: 1 }).shape).toEqual([4]);
  expect(partOf({ axes, dims: [3, 1, 4], data: numbers(12) }, { point: 'z.0', head: 0 }).shape).toEqual([3, 4]);
});

it('a pattern that is too large for the page is pooled by the largest of each block', () => {
  const axes = ['head', 'query', 'key'] as const;
  const data = new Float32Array(20 * 20);
  data[19 * 20 + 5] = 0.75;
  const pooled = partOf({ axes, dims: [1, 20, 20], data }, { point: 'attn_probs.0', head: 1, pool: 8 });
  expect(pooled.shape).toEqual([7, 7]);
  expect(pooled.data.indexOf(0.75)).toBe(6 * 7 + 1);
  const row = { axes, dims: [2, 1, 20], data: numbers(40) };
  expect(partOf(row, { point: 'attn_probs.0', position: 19, pool: 8 })).toEqual({ shape: [2, 20], data: numbers(40) });
  expect(partOf({ axes, dims: [2, 20, 20], data: numbers(800) }, { point: 'attn_probs.0', pool: 32 }).shape).toEqual([2, 20, 20]);
});
