import { createRandom, float32, openModel } from '@incognita/runtime';
import { describe, expect, test } from 'vitest';
import { PARAMETER_GRADIENT, PICTURE, PICTURE_GRADIENT, parameterGraphs } from '../render/parameterGraphs.js';
import { COLOR_MATRIX, INVERSE_COLOR_MATRIX } from './color.js';
import { fourierParameterization } from './fourier.js';
import { LOGITS, PARAMETERS, type Parameterization } from './parameterization.js';
import { pixelParameterization } from './pixels.js';
import { spectrumRow, spectrumShape } from './spectrum.js';

/** Lucid's fft_image, written out: rgb before the sigmoid of one picture. */
function naiveFourier(parameters: ArrayLike<number>, w: number, h: number): Float64Array {
  const columns = Math.floor(w / 2) + 1;
  const shape = spectrumShape(w, h);
  const planes: Float64Array[] = [];
  for (let c = 0; c < 3; c++) {
    const plane = new Float64Array(h * w);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        let sum = 0;
        for (let ky = 0; ky < h; ky++)
          for (let kx = 0; kx < columns; kx++) {
            const fy = (ky <= h / 2 ? ky : ky - h) / h;
            const frequency = Math.hypot(fy, kx / w);
            const scale = Math.sqrt(w * h) / Math.max(frequency, 1 / Math.max(w, h));
            const at = (part: 0 | 1): number => (c * 2 * h + spectrumRow(shape, part, ky)) * columns + kx;
            const angle = 2 * Math.PI * ((ky * y) / h + (kx * x) / w);
            const twice = kx === 0 || kx * 2 === w ? 1 : 2;
            sum += twice * scale * (parameters[at(0)]! * Math.cos(angle) - parameters[at(1)]! * Math.sin(angle));
          }
        plane[y * w + x] = sum / (h * w) / 4;
      }
    planes.push(plane);
  }
  const m = [0.26, 0.09, 0.02, 0.27, 0, -0.05, 0.27, -0.09, 0.03];
  const norm = Math.max(...[0, 1, 2].map((j) => Math.hypot(m[j]!, m[3 + j]!, m[6 + j]!)));
  return Float64Array.from({ length: 3 * h * w }, (_, i) => {
    const [row, p] = [Math.floor(i / (h * w)), i % (h * w)];
    return (m[row * 3]! * planes[0]![p]! + m[row * 3 + 1]! * planes[1]![p]! + m[row * 3 + 2]! * planes[2]![p]!) / norm;
  });
}

async function logits(parameterization: Parameterization, batch: number, parameters: Float32Array): Promise<Float32Array> {
  const opened = await openModel(parameterization.logitsGraph(batch), { workers: 1 });
  const out = await opened.run({ [PARAMETERS]: float32([batch, parameterization.size], parameters) });
  await opened.dispose();
  return out[LOGITS]!.data as Float32Array;
}

const gaussians = (size: number, seed: number): Float32Array => {
  const random = createRandom(seed);
  return Float32Array.from({ length: size }, () => random.gaussian());
};

const sizes: [number, number][] = [
  [8, 8],
  [9, 7],
  [6, 11],
  [13, 4],
];

describe('the Fourier parameterization', () => {
  test.each(sizes)('equals the written-out sum to 1e-5 at %i×%i pixels, for every picture of a batch', async (w, h) => {
    const p = fourierParameterization({ widthPx: w, heightPx: h });
    const parameters = gaussians(2 * p.size, w);
    const out = await logits(p, 2, parameters);
    for (let i = 0; i < 2; i++) {
      const naive = naiveFourier(parameters.subarray(i * p.size, (i + 1) * p.size), w, h);
      const largest = Math.max(1, ...naive.map(Math.abs));
      for (const [j, value] of naive.entries()) expect(Math.abs(out[i * naive.length + j]! - value)).toBeLessThan(1e-5 * largest);
    }
  });

  test('noise of 0.01 is a faint picture around grey', async () => {
    const p = fourierParameterization({ widthPx: 32, heightPx: 32 });
    const out = await logits(p, 1, p.noise(createRandom(1), 0.01));
    expect(Math.max(...out.map(Math.abs))).toBeLessThan(1);
    expect(Math.max(...out)).toBeGreaterThan(0.001);
  });
});

describe.each<[string, (size: { widthPx: number; heightPx: number }) => Parameterization]>([
  ['Fourier', fourierParameterization],
  ['pixel', pixelParameterization],
])('the %s parameterization', (_, create) => {
  test.each(sizes)('starts from a given picture of %i×%i pixels', async (w, h) => {
    const p = create({ widthPx: w, heightPx: h });
    const random = createRandom(h);
    const data = Uint8Array.from({ length: w * h * 3 }, () => 6 + random.integer(244));
    const out = await logits(p, 1, p.fromPicture({ width: w, height: h, data }));
    for (let i = 0; i < w * h; i++)
      for (let c = 0; c < 3; c++) expect(Math.round(255 / (1 + Math.exp(-out[c * w * h + i]!)))).toBe(data[i * 3 + c]);
    expect(() => p.fromPicture({ width: w + 1, height: h, data })).toThrow(/is needed, but it has/);
  });

  test('has a gradient that agrees with finite differences of its picture', async () => {
    const p = create({ widthPx: 5, heightPx: 4 });
    const { forward, backward } = parameterGraphs(p, 2);
    const [f, g] = [await openModel(forward, { workers: 1 }), await openModel(backward, { workers: 1 })];
    const parameters = gaussians(2 * p.size, 1).map((value) => value * 0.3);
    const picture = async (values: Float32Array): Promise<Float32Array> =>
      (await f.run({ [PARAMETERS]: float32([2, p.size], values) }))[PICTURE]!.data as Float32Array;
    const cotangent = gaussians(2 * 60, 2);
    const feeds = {
      [PICTURE]: float32([2, 3, 4, 5], await picture(parameters)),
      [PICTURE_GRADIENT]: float32([2, 3, 4, 5], cotangent),
    };
    const gradient = (await g.run(feeds))[PARAMETER_GRADIENT]!.data as Float32Array;
    const direction = gaussians(2 * p.size, 3);
    const along = async (step: number): Promise<number> => {
      const moved = await picture(parameters.map((value, i) => value + step * direction[i]!));
      return moved.reduce((sum, value, i) => sum + value * cotangent[i]!, 0);
    };
    const slope = gradient.reduce((sum, value, i) => sum + value * direction[i]!, 0);
    const measured = ((await along(2e-3)) - (await along(-2e-3))) / 4e-3;
    expect(Math.abs(slope - measured)).toBeLessThan(5e-3 * Math.max(1, Math.abs(slope)));
    await f.dispose();
    await g.dispose();
  });
});

test('the colour matrix and its inverse cancel', () => {
  for (let row = 0; row < 3; row++)
    for (let column = 0; column < 3; column++) {
      const value = [0, 1, 2].reduce((sum, k) => sum + COLOR_MATRIX[row * 3 + k]! * INVERSE_COLOR_MATRIX[k * 3 + column]!, 0);
      expect(value).toBeCloseTo(row === column ? 1 : 0, 10);
    }
});
