import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convolutionDotProduct, denseDotProduct } from './dotProduct.js';
import { type SlidingWindow, slidingWindow } from './slidingWindow.js';

const wave = (count: number, step: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin(i * step + 1));

/** Nothing but loops: every term of one output of a convolution. */
function naive(
  x: Float32Array,
  [channels, height, width]: readonly [number, number, number],
  w: Float32Array,
  window: SlidingWindow,
  { groups, outputs, channel, row, column }: { groups: number; outputs: number; channel: number; row: number; column: number },
): number {
  let sum = 0;
  const perGroup = channels / groups;
  const group = Math.floor(channel / (outputs / groups));
  for (let c = 0; c < perGroup; c++)
    for (let i = 0; i < window.kernel[0]; i++)
      for (let j = 0; j < window.kernel[1]; j++) {
        const y = row * window.strides[0] + i * window.dilations[0] - window.pads[0];
        const z = column * window.strides[1] + j * window.dilations[1] - window.pads[1];
        if (y < 0 || z < 0 || y >= height || z >= width) continue;
        sum += x[((group * perGroup + c) * height + y) * width + z]! * w[(c * window.kernel[0] + i) * window.kernel[1] + j]!;
      }
  return sum;
}

describe('the dot product of a convolution', () => {
  it('is what loops give, for any groups, strides, pads and dilations, and its slices add up to it', () => {
    const small = fc.integer({ min: 1, max: 3 });
    const pair = fc.tuple(small, small);
    fc.assert(
      fc.property(
        small,
        small,
        small,
        pair,
        pair,
        pair,
        fc.tuple(fc.nat(3), fc.nat(3)),
        fc.nat(99),
        (groups, inside, more, ...rest) => {
          const [kernel, strides, dilations, pads, seed] = rest;
          const [channels, outputs] = [groups * inside, groups * more];
          const dims = [channels, 7, 6] as const;
          const input = wave(channels * 42, 0.7 + seed / 50);
          const weights = wave(inside * kernel[0] * kernel[1], 1.3);
          const window = { kernel, strides, dilations, pads };
          const place = { groups, outputs, channel: seed % outputs, row: seed % 3, column: seed % 2 };
          const product = convolutionDotProduct({ input, dims, weights, bias: 0.25, window, ...place });
          expect(product.total).toBeCloseTo(naive(input, dims, weights, window, place), 9);
          expect(product.value).toBe(product.total + 0.25);
          expect(product.sums).toHaveLength(inside);
          expect(product.sums.reduce((a, b) => a + b, 0)).toBe(product.total);
          expect(product.firstSlice).toBe(Math.floor(place.channel / more) * inside);
        },
      ),
    );
  });

  it('counts the padding as zeros, and says where it is', () => {
    const window = { kernel: [3, 3], strides: [1, 1], dilations: [1, 1], pads: [1, 1] } as const;
    const place = { groups: 1, outputs: 1, channel: 0, row: 0, column: 1 };
    const input = wave(9, 1);
    const { padding, patch } = convolutionDotProduct({ input, dims: [1, 3, 3], weights: wave(9, 2), bias: 0, window, ...place });
    expect([...padding]).toEqual([1, 1, 1, 0, 0, 0, 0, 0, 0]);
    expect([...patch]).toEqual([0, 0, 0, ...input.subarray(0, 6)]);
  });

  it('refuses a kernel of another size', () => {
    const window = { kernel: [2, 2], strides: [1, 1], dilations: [1, 1], pads: [0, 0] } as const;
    const place = { groups: 1, outputs: 1, channel: 0, row: 0, column: 0 };
    expect(() =>
      convolutionDotProduct({ input: wave(9, 1), dims: [1, 3, 3], weights: wave(3, 1), bias: 0, window, ...place }),
    ).toThrow('A kernel of 3 weights does not fit 1 input channels of 2×2');
  });
});

describe('the window of a node', () => {
  const conv = (attributes: Parameters<typeof slidingWindow>[0]['attributes']) => ({
    ...{ op: 'Conv', domain: '', name: '', inputs: ['x', 'w'], outputs: ['y'], attributes },
  });

  it('has the defaults of the specification, and pads as auto_pad says', () => {
    expect(slidingWindow(conv({}), [3, 5], [8, 8])).toEqual({ kernel: [3, 5], strides: [1, 1], dilations: [1, 1], pads: [0, 0] });
    const same = (value: string) => slidingWindow(conv({ auto_pad: { type: 'string', value } }), [4, 4], [8, 8]).pads;
    expect([same('SAME_UPPER'), same('SAME_LOWER'), same('VALID')]).toEqual([
      [1, 1],
      [2, 2],
      [0, 0],
    ]);
  });
});

describe('the dot product of a dense layer', () => {
  it('has a slice for each channel of the map that its input was', () => {
    const [input, weights] = [wave(12, 0.3), wave(12, 0.9)];
    const product = denseDotProduct({ input, weights, bias: -1, map: [3, 2, 2] });
    const dot = (from: number, to: number) => {
      let sum = 0;
      for (let i = from; i < to; i++) sum += input[i]! * weights[i]!;
      return sum;
    };
    expect([...product.sums]).toEqual([dot(0, 4), dot(4, 8), dot(8, 12)]);
    expect(product.value).toBeCloseTo(dot(0, 12) - 1, 12);
    expect(denseDotProduct({ input, weights, bias: 0 }).slices).toBe(12);
    expect(() => denseDotProduct({ input, weights: wave(3, 1), bias: 0 })).toThrow('3 weights do not fit an input of 12');
  });
});
