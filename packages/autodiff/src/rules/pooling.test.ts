import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { caseModel, checkCase } from '../testing/check.js';
import { noise, uniform } from '../testing/random.js';
import { run, type Values } from '../testing/run.js';
import { vjp } from '../vjp.js';

/** Each window's cotangent to its first maximum, row by row. */
function naive(x: Values, g: Values, kernel: number[], strides: number[], pads: number[]): Float64Array {
  const [n, c, h, w] = x.dims as [number, number, number, number];
  const [, , oh, ow] = g.dims as [number, number, number, number];
  const result = new Float64Array(x.data.length);
  for (let plane = 0; plane < n * c; plane++)
    for (let i = 0; i < oh; i++)
      for (let j = 0; j < ow; j++) {
        let best = -1;
        for (let a = 0; a < kernel[0]!; a++)
          for (let b = 0; b < kernel[1]!; b++) {
            const [row, column] = [i * strides[0]! + a - pads[0]!, j * strides[1]! + b - pads[1]!];
            if (row < 0 || row >= h || column < 0 || column >= w) continue;
            const at = (plane * h + row) * w + column;
            if (best < 0 || x.data[at]! > x.data[best]!) best = at;
          }
        result[best]! += Number(g.data[(plane * oh + i) * ow + j]);
      }
  return result;
}

describe('pooling', () => {
  it('an average with ceil_mode has its derivative at a size that only the run knows', async () => {
    const attributes = { kernel_shape: [3, 2], strides: [2, 2], ceil_mode: 1, pads: [1, 0, 1, 0] };
    await checkCase({ op: 'AveragePool', inputs: [[1, 2, 7, 8]], attributes, symbolic: true });
  });

  it('the first maximum of a window gets everything where several tie, as in PyTorch', async () => {
    const geometry = fc.record({
      kernel: fc.tuple(fc.integer({ min: 2, max: 3 }), fc.integer({ min: 1, max: 4 })),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      pads: fc.tuple(fc.integer({ min: 0, max: 1 }), fc.constant(0), fc.integer({ min: 0, max: 1 }), fc.constant(0)),
      ceil: fc.boolean(),
      levels: fc.integer({ min: 1, max: 3 }),
      seed: fc.nat(1000),
      symbolic: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(geometry, async ({ kernel, strides, pads, ceil, levels, seed, symbolic }) => {
        const next = uniform(seed);
        const x: Values = {
          data: Float32Array.from({ length: 2 * 2 * 7 * 8 }, () => Math.floor(next() * levels) - 1),
          dims: [2, 2, 7, 8],
        };
        // Where the last window would begin outside, ONNX Runtime's shape inference contradicts its own kernel.
        const begins = [7, 8].every(
          (size, i) => Math.ceil((size + pads[i]! + pads[i + 2]! - kernel[i]!) / strides[i]!) * strides[i]! < size + pads[i]!,
        );
        const attributes = { kernel_shape: kernel, strides, pads, ceil_mode: ceil && begins ? 1 : 0 };
        const { model, feeds } = caseModel({ op: 'MaxPool', inputs: [x], attributes, symbolic });
        const y = (await run(model, feeds)).y!;
        const g = noise(y.dims, seed);
        const expected = naive(x, g, kernel, strides, pads);
        for (const form of ['cpu', 'portable'] as const) {
          const back = await run(vjp(model, { of: 'y', wrt: 'x0', form }), { ...feeds, 'cotangent:y': g });
          for (const [i, value] of expected.entries()) expect(back['grad:x0']!.data[i]).toBeCloseTo(value, 5);
        }
      }),
      { numRuns: 25, seed: 11 },
    );
  });

  it('the first of several equal maxima of a channel gets everything', async () => {
    const x = { data: Float32Array.of(1, 3, 3, 2, 5, 5, 5, 5), dims: [1, 2, 2, 2] };
    const { model, feeds } = caseModel({ op: 'GlobalMaxPool', inputs: [x] });
    const back = await run(vjp(model, { of: 'y', wrt: 'x0', seed: 'ones' }), feeds);
    expect([...back['grad:x0']!.data]).toEqual([0, 1, 0, 0, 1, 0, 0, 0]);
  });
});
