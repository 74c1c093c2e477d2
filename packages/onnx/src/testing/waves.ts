import { expect } from 'vitest';
import type { Model } from '../types.js';

/** Numbers between −1 and 1 that do not repeat soon. */
export const wave = (i: number, phase: number): number => Math.sin((i + 1) * 12.9898 + phase * 78.233);

/** So many of them, in float32. */
export const waves = (count: number, phase: number): number[] =>
  Array.from({ length: count }, (_, i) => Math.fround(wave(i, phase)));

/** Number of elements. */
export const sizeOf = (dims: readonly number[]): number => dims.reduce((a, b) => a * b, 1);

/** The operators of a model. */
export const opsOf = (model: Model): Set<string> => new Set(model.graph.nodes.map((node) => node.op));

/** max |a − b| */
export function largestDifference(a: ArrayLike<number | bigint>, b: ArrayLike<number | bigint>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(Number(a[i]) - Number(b[i])));
  return most;
}
