import { expect, it } from 'vitest';
import { pictureOfPixels } from './pixels.js';

it('transparency is laid over white, as when a file is decoded', () => {
  const data = Uint8ClampedArray.of(255, 0, 0, 255, 0, 0, 0, 128, 10, 20, 30, 0);
  const { width, height, data: rgb } = pictureOfPixels({ width: 3, height: 1, channels: 4, data });
  expect([width, height, ...rgb]).toEqual([3, 1, 255, 0, 0, 127, 127, 127, 255, 255, 255]);
  expect([...pictureOfPixels({ width: 1, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3) }).data]).toEqual([1, 2, 3]);
});

it('pixels that do not fit their size are refused', () => {
  expect(() => pictureOfPixels({ width: 2, height: 2, channels: 4, data: new Uint8Array(12) })).toThrow(
    '2×2 pixels of 4 channels (3 or 4 are possible) do not make the 12 bytes that were given.',
  );
  expect(() => pictureOfPixels({ width: 0, height: 2, channels: 3, data: new Uint8Array(0) })).toThrow(RangeError);
});
