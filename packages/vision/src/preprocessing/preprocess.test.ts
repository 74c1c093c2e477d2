import { createRandom } from '@incognita/runtime';
import { expect, test } from 'vitest';
import type { Picture } from '../picture/picture.js';
import { preprocess, toPicture } from './preprocess.js';
import type { Preprocessing } from './preprocessing.js';
import { PREPROCESSING_PRESETS } from './presets.js';

function randomPicture(width: number, height: number): Picture {
  const random = createRandom(1);
  return { width, height, data: Uint8Array.from({ length: width * height * 3 }, () => random.integer(256)) };
}

function preprocessing(change: Partial<Preprocessing> = {}): Preprocessing {
  const { sizePx: _, range: __, ...values } = PREPROCESSING_PRESETS.imagenet;
  return { ...values, widthPx: 12, heightPx: 8, layout: 'nchw', source: 'option', statement: '', ...change };
}

test('the input is the seen picture, normalised by channel', () => {
  const p = preprocessing();
  const { input, seen } = preprocess(randomPicture(30, 20), p);
  expect([seen.width, seen.height, input.length]).toEqual([12, 8, 288]);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < 96; i++) expect(input[c * 96 + i]).toBeCloseTo((seen.data[i * 3 + c]! / 255 - p.mean[c]!) / p.std[c]!, 5);
});

test('channels may come last, in BGR, or as one grey', () => {
  const picture = randomPicture(12, 8);
  const rgb = preprocess(picture, preprocessing({ mean: [0, 0, 0], std: [1, 1, 1], divisor: 1 })).input;
  const bgr = preprocess(
    picture,
    preprocessing({ mean: [0, 0, 0], std: [1, 1, 1], divisor: 1, colorOrder: 'bgr', layout: 'nhwc' }),
  ).input;
  for (let i = 0; i < 96; i++) for (let c = 0; c < 3; c++) expect(bgr[i * 3 + 2 - c]).toBe(rgb[c * 96 + i]);
  const gray = preprocess(picture, preprocessing({ mean: [0], std: [1], divisor: 1, colorOrder: 'gray' }));
  expect(gray.input.length).toBe(96);
  expect(gray.input[5]).toBe(Math.round(0.299 * rgb[5]! + 0.587 * rgb[96 + 5]! + 0.114 * rgb[192 + 5]!));
  expect([...gray.seen.data.subarray(15, 18)]).toEqual(new Array(3).fill(gray.input[5]));
});

test.each([
  preprocessing(),
  preprocessing({ colorOrder: 'bgr', divisor: 1, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] }),
  preprocessing({ layout: 'nhwc' }),
])('what was seen comes back from the input', (p) => {
  const { input, seen } = preprocess(randomPicture(40, 40), p);
  expect(toPicture(input, p)).toEqual(seen);
});

test('cropping keeps the middle, stretching all, padding all between bars of the mean colour', () => {
  // Left half black, right half white, twice as wide as high.
  const picture = {
    width: 40,
    height: 20,
    data: Uint8Array.from({ length: 2400 }, (_, i) => (Math.floor(i / 3) % 40 < 20 ? 0 : 255)),
  };
  const square = (resize: Preprocessing['resize']): Uint8Array =>
    preprocess(picture, preprocessing({ resize, widthPx: 10, heightPx: 10 })).seen.data;
  const row = (data: Uint8Array, y: number): number[] => Array.from({ length: 10 }, (_, x) => data[(y * 10 + x) * 3]!);
  expect(row(square('crop'), 0)).toEqual([0, 0, 0, 0, expect.any(Number), expect.any(Number), 255, 255, 255, 255]);
  expect(row(square('stretch'), 9).slice(0, 4)).toEqual([0, 0, 0, 0]);
  const padded = square('pad');
  expect([...padded.subarray(0, 3)]).toEqual([124, 116, 104]);
  expect(row(padded, 5).slice(6)).toEqual([255, 255, 255, 255]);
  expect([...padded.subarray(297)]).toEqual([124, 116, 104]);
});

test('an oblong picture is cropped to its exact size for every ratio', () => {
  for (const [width, height] of [
    [33, 50],
    [500, 333],
    [1, 1],
    [7, 1000],
  ] as const) {
    const { seen } = preprocess({ width, height, data: new Uint8Array(width * height * 3) }, preprocessing());
    expect([seen.width, seen.height]).toEqual([12, 8]);
  }
});
