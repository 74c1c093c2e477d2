import { createRandom } from '@incognita/runtime';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countValue, createHistograms, mergeHistograms } from './histogram.js';
import { createSurvey, mergeSurveys, type Strides, surveyPicture } from './survey.js';

const [channels, positions, pictures] = [3, 20, 11];
const random = createRandom(5);
const data = Array.from({ length: pictures }, () =>
  Float32Array.from({ length: channels * positions }, () => Math.max(-0.5, random.gaussian())),
);
const strides: Strides = { channels, positions, first: 0, channelStride: positions, positionStride: 1 };
const options = { channels, top: 4, bottom: 2, bins: 16 };

test('the strongest and weakest patches are those of a sort, one a picture', () => {
  const survey = createSurvey(options);
  for (const [i, values] of data.entries()) surveyPicture(survey, strides, values, 0, i);
  for (let c = 0; c < channels; c++) {
    const of = (pick: (values: number[]) => number) =>
      data.map((values, picture) => {
        const own = Array.from(values.subarray(c * positions, (c + 1) * positions));
        const value = pick(own);
        return { picture, value, position: own.indexOf(value) };
      });
    const top = of((own) => Math.max(...own)).sort((a, b) => b.value - a.value || a.picture - b.picture);
    const bottom = of((own) => Math.min(...own)).sort((a, b) => a.value - b.value || a.picture - b.picture);
    for (const [kept, sorted, count] of [
      [survey.top, top, 4],
      [survey.bottom, bottom, 2],
    ] as const)
      for (let k = 0; k < count; k++) {
        const at = c * count + k;
        expect({ picture: kept.picture[at], value: kept.value[at], position: kept.position[at] }).toEqual(sorted[k]);
      }
    const all = data.flatMap((values) => Array.from(values.subarray(c * positions, (c + 1) * positions)));
    expect(survey.count).toBe(all.length);
    expect(survey.sum[c]).toBeCloseTo(
      all.reduce((a, b) => a + b, 0),
      6,
    );
    expect(survey.active[c]).toBe(all.filter((value) => value > 0).length);
  }
});

test('channels last and tokens before the picture give the same', () => {
  const plain = createSurvey(options);
  const turned = createSurvey(options);
  const lastStrides: Strides = { channels, positions, first: 2, channelStride: 1, positionStride: channels };
  for (const [i, values] of data.entries()) {
    surveyPicture(plain, strides, values, 0, i);
    const last = new Float32Array(5 + (positions + 2) * channels).fill(99);
    for (let c = 0; c < channels; c++)
      for (let p = 0; p < positions; p++) last[5 + (p + 2) * channels + c] = values[c * positions + p]!;
    surveyPicture(turned, lastStrides, last, 5, i);
  }
  expect(turned).toEqual(plain);
});

test('surveys of parts, in any cut, are that of the whole', () => {
  const whole = createSurvey(options);
  for (const [i, values] of data.entries()) surveyPicture(whole, strides, values, 0, i);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: pictures }), (cut) => {
      const [a, b] = [createSurvey(options), createSurvey(options)];
      for (const [i, values] of data.entries()) surveyPicture(i < cut ? a : b, strides, values, 0, i);
      mergeSurveys(a, b);
      expect({ ...a, sum: 0, squares: 0 }).toEqual({ ...whole, sum: 0, squares: 0 });
      for (let c = 0; c < channels; c++) expect(a.squares[c]).toBeCloseTo(whole.squares[c]!, 8);
    }),
  );
});

test('a histogram does not depend on order or cut, and counts each value in its bin', () => {
  const value = fc.oneof(
    fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    fc.constant(0),
    fc.double({ min: -1e-3, max: 1e-3, noNaN: true }),
  );
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), fc.nat(), (values, cut) => {
      const bins = 8;
      const count = (list: readonly number[]) => {
        const h = createHistograms(1, bins);
        for (const v of list) countValue(h, 0, v);
        return h;
      };
      const whole = count(values);
      const parts = count(values.slice(0, cut % values.length));
      mergeHistograms(parts, count(values.slice(cut % values.length)));
      expect(parts).toEqual(whole);
      expect(count([...values].reverse())).toEqual(whole);
      const width = 2 ** whole.exponent[0]!;
      for (let b = 0; b < bins; b++) {
        const low = (whole.first[0]! + b) * width;
        expect(whole.counts[b]).toBe(values.filter((v) => v >= low && v < low + width).length);
      }
    }),
  );
  expect(() => createHistograms(1, 1)).toThrow(/at least 2 bins, not 1/);
  expect(() => mergeHistograms(createHistograms(1, 4), createHistograms(2, 4))).toThrow(/2×4 cannot be merged into 1×4/);
});
