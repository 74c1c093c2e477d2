import { createRandom } from '@incognita/runtime';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Affine, compose, IDENTITY, rotate, scale, shift } from './affine.js';
import { createResampling, planResampling, resample, resampleAdjoint } from './resample.js';
import { drawTransform, TRANSFORM_PRESETS, type TransformPresetName } from './schedule.js';

const gaussians = (size: number, seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: size }, () => random.gaussian());
};

/** Bilinear interpolation written out, with `pad` wherever a pixel lies outside. */
function naive(source: Float32Array, w: number, h: number, t: Affine, pad: number): Float64Array {
  const out = new Float64Array(3 * w * h);
  const at = (c: number, x: number, y: number): number =>
    x < 0 || y < 0 || x >= w || y >= h ? pad : source[(c * h + y) * w + x]!;
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const [u, v] = [x - (w - 1) / 2, y - (h - 1) / 2];
        const sx = t.xx * u + t.xy * v + t.x0 + (w - 1) / 2;
        const sy = t.yx * u + t.yy * v + t.y0 + (h - 1) / 2;
        const [fx, fy] = [sx - Math.floor(sx), sy - Math.floor(sy)];
        const [ix, iy] = [Math.floor(sx), Math.floor(sy)];
        out[(c * h + y) * w + x] =
          (1 - fx) * (1 - fy) * at(c, ix, iy) +
          fx * (1 - fy) * at(c, ix + 1, iy) +
          (1 - fx) * fy * at(c, ix, iy + 1) +
          fx * fy * at(c, ix + 1, iy + 1);
      }
  return out;
}

function apply(source: Float32Array, w: number, h: number, t: Affine, pad: number): Float32Array {
  const plan = createResampling({ widthPx: w, heightPx: h });
  planResampling(plan, t);
  const target = new Float32Array(source.length);
  resample(plan, source, target, 0, pad);
  return target;
}

const presets = Object.keys(TRANSFORM_PRESETS) as TransformPresetName[];
const drawn = fc
  .record({
    preset: fc.constantFrom(...presets),
    seed: fc.integer(),
    w: fc.integer({ min: 2, max: 24 }),
    h: fc.integer({ min: 2, max: 24 }),
  })
  .map(({ preset, seed, ...size }) => ({
    ...size,
    seed,
    transform: drawTransform(TRANSFORM_PRESETS[preset], createRandom(seed)),
  }));

describe('resampling', () => {
  test('equals bilinear interpolation written out to 1e-5, also across the border', () => {
    fc.assert(
      fc.property(drawn, ({ w, h, seed, transform }) => {
        const source = gaussians(3 * w * h, seed);
        const ours = apply(source, w, h, transform, 0.5);
        const reference = naive(source, w, h, transform, 0.5);
        for (const [i, value] of reference.entries()) expect(Math.abs(ours[i]! - value)).toBeLessThan(1e-5);
      }),
      { numRuns: 100 },
    );
  });

  test('has the exact adjoint: ⟨T x, y⟩ = ⟨x, Tᵀ y⟩', () => {
    fc.assert(
      fc.property(drawn, ({ w, h, seed, transform }) => {
        const [x, y] = [gaussians(3 * w * h, seed), gaussians(3 * w * h, seed + 1)];
        const plan = createResampling({ widthPx: w, heightPx: h });
        planResampling(plan, transform);
        const [tx, ty] = [new Float32Array(x.length), new Float32Array(x.length)];
        resample(plan, x, tx, 0, 0);
        resampleAdjoint(plan, y, ty, 0);
        const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
        const size = Math.sqrt(dot(tx, tx) * dot(y, y)) + 1e-9;
        expect(Math.abs(dot(tx, y) - dot(x, ty)) / size).toBeLessThan(1e-5);
      }),
      { numRuns: 100 },
    );
  });

  test('leaves a picture as it is under the identity, and works at an offset', () => {
    const x = gaussians(2 * 3 * 30, 4);
    const plan = createResampling({ widthPx: 6, heightPx: 5 });
    planResampling(plan, IDENTITY);
    const y = new Float32Array(x.length);
    resample(plan, x, y, 1, 0.5);
    expect(y.subarray(90)).toEqual(x.subarray(90));
    expect(y.subarray(0, 90).every((value) => value === 0)).toBe(true);
    expect(() => createResampling({ widthPx: 1, heightPx: 5 })).toThrow(/at least 2×2/);
  });
});

describe('transforms', () => {
  test('compose as they are applied one after the other, by whole pixels exactly', () => {
    const x = gaussians(3 * 49, 3);
    const step = (picture: Float32Array, t: Affine): Float32Array => apply(picture, 7, 7, t, 0);
    const apart = step(step(x, shift(1, 0)), rotate(90));
    const together = step(x, compose(shift(1, 0), rotate(90)));
    // The last column fell out of the picture between the two steps, and is seen when they are one.
    for (let i = 0; i < apart.length; i++) expect(together[i]).toBeCloseTo(apart[i]!, 5);
  });

  test('enlarge and turn about the centre', () => {
    const centre = new Float32Array(3 * 25);
    centre[12] = 1;
    expect(apply(centre, 5, 5, compose(scale(2), rotate(33)), 0)[12]).toBeCloseTo(1, 6);
    const corner = Float32Array.from({ length: 75 }, (_, i) => (i === 0 ? 1 : 0));
    expect(apply(corner, 5, 5, rotate(90), 0)[4]).toBeCloseTo(1, 5);
    expect(apply(centre, 5, 5, scale(2), 0)[13]).toBeCloseTo(0.5, 6);
  });

  test.each(presets)('of the preset %s are drawn from its lists', (name) => {
    const preset = TRANSFORM_PRESETS[name];
    const random = createRandom(9);
    const reach = [...preset.jitterPx, preset.jitterAfterPx / Math.min(...preset.scales)].reduce((a, b) => a + b, 0);
    for (let i = 0; i < 300; i++) {
      const t = drawTransform(preset, random);
      const factor = 1 / Math.hypot(t.xx, t.yx);
      const degrees = (Math.atan2(t.xy, t.xx) * 180) / Math.PI;
      expect(Math.min(...preset.scales.map((s) => Math.abs(s - factor)))).toBeLessThan(1e-9);
      expect(Math.min(...preset.degrees.map((d) => Math.abs(d - degrees)))).toBeLessThan(1e-9);
      expect(Math.hypot(t.x0, t.y0)).toBeLessThanOrEqual(reach + 1e-9);
    }
  });
});
