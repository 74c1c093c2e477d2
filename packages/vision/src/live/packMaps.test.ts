import { createRandom } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import type { LayerLayout } from '../layout/layerLayout.js';
import { orderedValues, packMaps } from './packMaps.js';

const made = { tensor: 'x', extraTokens: 0, heads: 1, placed: true } as const;
const random = createRandom(3);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.gaussian());

/** Where channel c at (y, x) lies, written out for each order of axes. */
const LAYOUTS: readonly [LayerLayout, (c: number, y: number, x: number) => number][] = [
  [{ ...made, kind: 'map', order: 'nchw', channels: 4, rows: 5, columns: 3 }, (c, y, x) => (c * 5 + y) * 3 + x],
  [{ ...made, kind: 'map', order: 'nhwc', channels: 4, rows: 5, columns: 3 }, (c, y, x) => (y * 3 + x) * 4 + c],
  [
    { ...made, kind: 'tokens', order: 'ntc', channels: 4, rows: 2, columns: 3, extraTokens: 2 },
    (c, y, x) => (2 + y * 3 + x) * 4 + c,
  ],
  [
    { ...made, kind: 'tokens', order: 'nhtd', channels: 6, rows: 2, columns: 2, extraTokens: 1, heads: 3 },
    (c, y, x) => (Math.floor(c / 2) * 5 + 1 + y * 2 + x) * 2 + (c % 2),
  ],
  [{ ...made, kind: 'vector', order: 'nc', channels: 7, rows: 1, columns: 1 }, (c) => c],
];

describe.each(LAYOUTS)('maps of a layer in the order $order', (layout, at) => {
  const { channels, rows, columns, extraTokens } = layout;
  const values = numbers(channels * (rows * columns + extraTokens));

  it('hold every value to half a step of its channel’s range, and the exact range', () => {
    const { bytes, ranges, pool } = packMaps(values, layout);
    expect(pool).toBe(1);
    for (let c = 0; c < channels; c++) {
      const own: number[] = [];
      for (let y = 0; y < rows; y++) for (let x = 0; x < columns; x++) own.push(values[at(c, y, x)]!);
      const [least, most] = [Math.min(...own), Math.max(...own)];
      expect([ranges[2 * c], ranges[2 * c + 1]]).toEqual([least, most]);
      for (const [p, value] of own.entries()) {
        const back = least + (bytes[c * own.length + p]! / 255) * (most - least);
        expect(Math.abs(back - value)).toBeLessThanOrEqual((most - least) / 510 + 1e-6);
      }
    }
  });

  it('are exact where exact values are asked for', () => {
    const ordered = orderedValues(values, layout);
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++) expect(ordered[(c * rows + y) * columns + x]).toBe(values[at(c, y, x)]);
  });
});

describe('large maps', () => {
  const layout: LayerLayout = { ...made, kind: 'map', order: 'nchw', channels: 2, rows: 7, columns: 10 };

  it('are pooled to the value of largest size, with its sign', () => {
    const values = numbers(140);
    const { rows, columns, pool, bytes, ranges } = packMaps(values, layout, 4);
    expect([rows, columns, pool]).toEqual([3, 4, 3]);
    for (let c = 0; c < 2; c++)
      for (let y = 0; y < rows; y++)
        for (let x = 0; x < columns; x++) {
          let largest = 0;
          for (let v = 3 * y; v < Math.min(7, 3 * y + 3); v++)
            for (let u = 3 * x; u < Math.min(10, 3 * x + 3); u++) {
              const value = values[(c * 7 + v) * 10 + u]!;
              if (Math.abs(value) > Math.abs(largest)) largest = value;
            }
          const [least, most] = [ranges[2 * c]!, ranges[2 * c + 1]!];
          const back = least + (bytes[(c * rows + y) * columns + x]! / 255) * (most - least);
          expect(Math.abs(back - largest)).toBeLessThanOrEqual((most - least) / 510 + 1e-6);
        }
  });

  it('of a strip without places are left whole', () => {
    const strip = { ...layout, channels: 1, rows: 1, columns: 300 };
    expect(packMaps(numbers(300), strip, 64)).toMatchObject({ rows: 1, columns: 300, pool: 1 });
  });
});

it('what is constant, or no number, has a range that can be drawn', () => {
  const layout: LayerLayout = { ...made, kind: 'map', order: 'nchw', channels: 3, rows: 1, columns: 3 };
  const values = Float32Array.of(2, 2, 2, Number.NaN, Number.NaN, Number.NaN, Infinity, 1, -1);
  const { bytes, ranges } = packMaps(values, layout);
  expect([...ranges]).toEqual([2, 2, 0, 0, -1, 1]);
  expect([...bytes]).toEqual([0, 0, 0, 0, 0, 0, 255, 255, 0]);
});
