import { expect, it } from 'vitest';
import { heatPixels } from './heatPixels.js';

it('a map lies over its picture: red for, blue against, grey where it says nothing', () => {
  const seen = { width: 4, height: 2, data: new Uint8Array(24).fill(90) };
  const pixels = heatPixels(seen, { map: Float32Array.of(0, 2, -2, 1), rows: 2, columns: 2 });
  const at = (x: number, y: number) => [...pixels.subarray(4 * (y * 4 + x), 4 * (y * 4 + x) + 4)];
  const grey = Math.round(160 + 0.35 * 90);
  expect(at(0, 0)).toEqual([grey - (grey % 1), grey, grey, 255].map((value) => Math.round(value)));
  expect(at(1, 0)).toEqual(at(0, 0));
  expect(at(3, 0)).toEqual([200, 30, 20, 255]);
  expect(at(0, 1)).toEqual([20, 70, 190, 255]);
  const [r, g, b] = at(2, 1);
  for (const [shown, half] of [
    [r, (191.5 + 200) / 2],
    [g, (191.5 + 30) / 2],
    [b, (191.5 + 20) / 2],
  ] as const)
    expect(Math.abs(shown! - half)).toBeLessThan(1);
});
