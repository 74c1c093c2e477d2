import type { ValueInfo } from '@incognita/onnx';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { float32 } from '../tensor.js';
import { joinResults, splitFeeds } from './splitBatch.js';

const inputs: ValueInfo[] = [
  { name: 'x', type: { dtype: 'float32', shape: ['n', 2] } },
  { name: 'scale', type: { dtype: 'float32', shape: [1] } },
];
const batch = (rows: number) => ({
  x: float32(
    [rows, 2],
    Array.from({ length: rows * 2 }, (_, i) => i),
  ),
  scale: float32([1], [3]),
});

describe('splitting a batch', () => {
  it('gives every row to one part, in order, and what has no batch to all of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 6 }), (rows, workers) => {
        const feeds = batch(rows);
        const parts = splitFeeds(inputs, feeds, workers);
        expect(parts.length).toBe(Math.min(rows, workers));
        expect(parts.reduce((sum, part) => sum + part.rows, 0)).toBe(rows);
        for (const part of parts) expect(part.feeds.scale).toBe(feeds.scale);
        const joined = joinResults(
          parts,
          parts.map((part) => ({ x: part.feeds.x! })),
        );
        expect(joined.x).toEqual(feeds.x);
      }),
    );
  });

  it('refuses a model without a batch, and batches that differ', () => {
    expect(() => splitFeeds([inputs[1]!], { scale: float32([1], [3]) }, 2)).toThrow('takes no batch to split');
    const other: ValueInfo = { name: 'y', type: { dtype: 'float32', shape: [null] } };
    expect(() => splitFeeds([...inputs, other], { ...batch(2), y: float32([3], [1, 2, 3]) }, 2)).toThrow('x 2, y 3');
  });

  it('refuses to join an output that has no row for each row of its part', () => {
    const parts = splitFeeds(inputs, batch(4), 2);
    const mean = { mean: float32([3], [1, 2, 3]) };
    expect(() => joinResults(parts, [mean, mean])).toThrow("'mean' is [3] for 2 rows of the batch");
  });
});
