import { createRandom, float32, openModel } from '@incognita/runtime';
import { expect, test } from 'vitest';
import type { Picture } from '../../picture/picture.js';
import { nadamAscent, nadamState } from '../render/nadam.js';
import { PARAMETER_GRADIENT, PICTURE, PICTURE_GRADIENT, parameterGraphs } from '../render/parameterGraphs.js';
import { fourierParameterization } from './fourier.js';
import { MACO_COLOR_MATRIX, macoParameterization } from './maco.js';
import { naturalSpectrum } from './naturalSpectrum.js';
import { LOGITS, PARAMETERS } from './parameterization.js';

const random = createRandom(3);
const gaussians = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.gaussian());

/** serre-lab/Horama `maco_preconditioner` before the sigmoid, written out; phases [3, h, columns] in plain order. */
function naive(phase: Float32Array, magnitude: Float32Array, w: number, h: number): Float64Array {
  const columns = Math.floor(w / 2) + 1;
  const standardize = (values: ArrayLike<number>): number[] => {
    const list = Array.from(values);
    const mean = list.reduce((a, b) => a + b, 0) / list.length;
    const deviation = Math.sqrt(list.reduce((a, b) => a + (b - mean) ** 2, 0) / list.length);
    return list.map((value) => (value - mean) / (deviation + 1e-4));
  };
  const phi = standardize(phase);
  const planes: number[] = [];
  for (let c = 0; c < 3; c++)
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let value = 0;
        for (let ky = 0; ky < h; ky++)
          for (let kx = 0; kx < columns; kx++) {
            const k = (c * h + ky) * columns + kx;
            const twice = kx === 0 || 2 * kx === w ? 1 : 2;
            value += (twice * magnitude[k]! * Math.cos(phi[k]! + 2 * Math.PI * ((ky * y) / h + (kx * x) / w))) / (w * h);
          }
        planes.push(value);
      }
  const t = standardize(planes);
  const pixels = w * h;
  // Horama multiplies colours as rows by [[.5628,.5845,.5845],[.1948,0,-.1948],[.0433,-.1082,.0649]].
  const M = [
    [0.5628, 0.5845, 0.5845],
    [0.1948, 0, -0.1948],
    [0.0433, -0.1082, 0.0649],
  ];
  return Float64Array.from({ length: 3 * pixels }, (_, i) => {
    const [c, p] = [Math.floor(i / pixels), i % pixels];
    return M.reduce((sum, row, k) => sum + row[c]! * t[k * pixels + p]!, 0);
  });
}

/** The order of parameters: rows of even vertical frequency first where the height is even. */
function stored(plain: Float32Array, h: number, columns: number): Float32Array {
  const splits = h % 2 === 0 ? 2 : 1;
  const out = new Float32Array(plain.length);
  for (let p = 0; p < 3; p++)
    for (let row = 0; row < h; row++)
      for (let k = 0; k < columns; k++)
        out[(p * h + (row % splits) * (h / splits) + Math.floor(row / splits)) * columns + k] =
          plain[(p * h + row) * columns + k]!;
  return out;
}

test.each([
  [8, 8],
  [9, 7],
  [6, 10],
])('MACO equals its definition at %i×%i pixels', async (w, h) => {
  const columns = Math.floor(w / 2) + 1;
  const magnitude = gaussians(3 * h * columns).map((value) => Math.abs(value) + 0.1);
  const phase = gaussians(3 * h * columns);
  const parameterization = macoParameterization({ widthPx: w, heightPx: h, magnitude });
  const opened = await openModel(parameterization.logitsGraph(1), { workers: 1 });
  const out = await opened.run({ [PARAMETERS]: float32([1, phase.length], stored(phase, h, columns)) });
  await opened.dispose();
  const found = out[LOGITS]!.data as Float32Array;
  for (const [i, value] of naive(phase, magnitude, w, h).entries())
    expect(Math.abs(found[i]! - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
});

test('its gradient agrees with finite differences', async () => {
  const size = { widthPx: 6, heightPx: 5 };
  const p = macoParameterization({ ...size, magnitude: gaussians(3 * 5 * 4).map(Math.abs) });
  const { forward, backward, nonlinear } = parameterGraphs(p, 1);
  expect(nonlinear).toBe(true);
  const [f, g] = [await openModel(forward, { workers: 1 }), await openModel(backward, { workers: 1 })];
  const parameters = gaussians(p.size);
  const cotangent = gaussians(90);
  const run = async (values: Float32Array) =>
    (await f.run({ [PARAMETERS]: float32([1, p.size], values) }))[PICTURE]!.data as Float32Array;
  const picture = await run(parameters);
  const feeds = {
    [PARAMETERS]: float32([1, p.size], parameters),
    [PICTURE]: float32([1, 3, 5, 6], picture),
    [PICTURE_GRADIENT]: float32([1, 3, 5, 6], cotangent),
  };
  const gradient = (await g.run(feeds))[PARAMETER_GRADIENT]!.data as Float32Array;
  const way = gaussians(p.size);
  const along = async (step: number): Promise<number> =>
    (await run(parameters.map((value, i) => value + step * way[i]!))).reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
  const measured = ((await along(5e-3)) - (await along(-5e-3))) / 1e-2;
  const slope = gradient.reduce((sum, value, i) => sum + value * way[i]!, 0);
  expect(Math.abs(slope - measured)).toBeLessThan(1e-2 * Math.max(1, Math.abs(slope)));
  await Promise.all([f.dispose(), g.dispose()]);
});

test('natural pictures have more of low frequencies, and one picture its own spectrum', () => {
  const [width, height] = [16, 12];
  const blobs: Picture[] = Array.from({ length: 4 }, (_, n) => ({
    width,
    height,
    data: Uint8Array.from({ length: width * height * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % width, Math.floor(i / 3 / width)];
      return 128 + 100 * Math.sin((x + n) / 4) * Math.cos((y - n) / 3);
    }),
  }));
  const columns = 9;
  const spectrum = naturalSpectrum(blobs, { widthPx: width, heightPx: height });
  expect(spectrum.length).toBe(3 * height * columns);
  expect(spectrum[1]! + spectrum[columns]!).toBeGreaterThan(10 * (spectrum[8]! + spectrum[6 * columns + 8]!));
  const grey = naturalSpectrum(blobs, { widthPx: width, heightPx: height, planes: 1 });
  expect(grey).toEqual(spectrum.subarray(0, height * columns));
  expect(() => naturalSpectrum([], { widthPx: 8, heightPx: 8 })).toThrow(/at least one picture/);
});

test('what does not fit is refused', () => {
  const magnitude = new Float32Array(3 * 8 * 5);
  expect(() => macoParameterization({ widthPx: 9, heightPx: 9, magnitude })).toThrow(/3×9×5 values is needed .* has 120/);
  const p = macoParameterization({ widthPx: 8, heightPx: 8, magnitude });
  expect(() => p.fromPicture({ width: 8, height: 8, data: new Uint8Array(192) })).toThrow(
    /Start from a picture with the Fourier/,
  );
  expect(MACO_COLOR_MATRIX).toHaveLength(9);
});

test('grey and many planes have the spectrum of one plane each, and start from pictures', async () => {
  for (const planes of [1, 5]) {
    const p = fourierParameterization({ widthPx: 6, heightPx: 4, planes });
    const data = Uint8Array.from({ length: 72 }, (_, i) => 20 + 3 * Math.floor(i / 3));
    const opened = await openModel(p.logitsGraph(1), { workers: 1 });
    const out = await opened.run({ [PARAMETERS]: float32([1, p.size], p.fromPicture({ width: 6, height: 4, data })) });
    await opened.dispose();
    const logits = out[LOGITS]!;
    expect(logits.dims).toEqual([1, planes, 4, 6]);
    for (const [i, value] of (logits.data as Float32Array).entries())
      expect(Math.round(255 / (1 + Math.exp(-value)))).toBe(20 + 3 * (i % 24));
  }
});

test('NAdam equals its algorithm in double precision', () => {
  const values = Float32Array.of(0.3);
  const state = nadamState(1);
  let [x, m, v, product] = [0.3, 0, 0, 1];
  for (let t = 1; t <= 40; t++) {
    const g = Math.cos(t) + 0.3;
    nadamAscent(values, Float32Array.of(g), state, t, 0.05);
    const [mu, next] = [0.9 * (1 - 0.5 * 0.96 ** (t * 0.004)), 0.9 * (1 - 0.5 * 0.96 ** ((t + 1) * 0.004))];
    product *= mu;
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    const ahead = (next * m) / (1 - product * next) + ((1 - mu) * g) / (1 - product);
    x += (0.05 * ahead) / (Math.sqrt(v / (1 - 0.999 ** t)) + 1e-8);
  }
  expect(values[0]).toBeCloseTo(x, 4);
});
