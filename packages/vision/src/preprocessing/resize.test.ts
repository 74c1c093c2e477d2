import { createRandom } from '@incognita/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Picture } from '../picture/picture.js';
import { resizePicture } from './resize.js';

/** Every output pixel is the normalised sum over all input pixels of the product of two triangles; not rounded. */
function naiveResize(picture: Picture, width: number, height: number): Float64Array {
  const data = new Float64Array(width * height * 3);
  const triangle = (t: number): number => Math.max(0, 1 - Math.abs(t));
  const [scaleX, scaleY] = [picture.width / width, picture.height / height];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let c = 0; c < 3; c++) {
        let [sum, weights] = [0, 0];
        for (let v = 0; v < picture.height; v++)
          for (let u = 0; u < picture.width; u++) {
            const weight =
              triangle((u + 0.5 - (x + 0.5) * scaleX) / Math.max(1, scaleX)) *
              triangle((v + 0.5 - (y + 0.5) * scaleY) / Math.max(1, scaleY));
            sum += weight * picture.data[(v * picture.width + u) * 3 + c]!;
            weights += weight;
          }
        data[(y * width + x) * 3 + c] = sum / weights;
      }
  return data;
}

function randomPicture(width: number, height: number, seed: number): Picture {
  const random = createRandom(seed);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

const side = fc.integer({ min: 1, max: 17 });

test('resizing equals the sum over all pixels under a triangle that widens with the reduction', () => {
  fc.assert(
    fc.property(side, side, side, side, fc.integer(), (w, h, width, height, seed) => {
      const picture = randomPicture(w, h, seed);
      const ours = resizePicture(picture, width, height).data;
      const naive = naiveResize(picture, width, height);
      for (let i = 0; i < ours.length; i++) expect(Math.abs(ours[i]! - naive[i]!)).toBeLessThanOrEqual(0.5 + 1e-9);
    }),
    { numRuns: 60 },
  );
});

test('a window is the same part of the whole result', () => {
  const picture = randomPicture(31, 22, 5);
  const whole = resizePicture(picture, 14, 19);
  const part = resizePicture(picture, 14, 19, { x: 3, y: 4, width: 9, height: 11 });
  for (let y = 0; y < 11; y++)
    for (let i = 0; i < 27; i++) expect(part.data[y * 27 + i]).toBe(whole.data[((y + 4) * 14 + 3) * 3 + i]);
});

test('a picture of one colour keeps it in every size', () => {
  fc.assert(
    fc.property(side, side, side, side, (w, h, width, height) => {
      const data = new Uint8Array(w * h * 3).fill(77);
      expect(new Set(resizePicture({ width: w, height: h, data }, width, height).data)).toEqual(new Set([77]));
    }),
    { numRuns: 30 },
  );
});
