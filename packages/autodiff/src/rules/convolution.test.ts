import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Case, checkCase } from '../testing/check.js';

const cases: Record<string, Case> = {
  'a plain convolution with bias': { op: 'Conv', inputs: [[2, 3, 6, 7], [4, 3, 3, 3], [4]], attributes: { pads: [1, 1, 1, 1] } },
  'strides that leave rows over': {
    op: 'Conv',
    inputs: [
      [1, 2, 8, 9],
      [3, 2, 3, 3],
    ],
    attributes: { strides: [2, 3] },
  },
  'strides and sizes known only at run time': {
    op: 'Conv',
    inputs: [[2, 2, 8, 7], [3, 2, 3, 3], [3]],
    attributes: { strides: [2, 2], pads: [1, 0, 0, 1] },
    symbolic: true,
  },
  'dilations and uneven padding': {
    op: 'Conv',
    inputs: [
      [1, 2, 9, 8],
      [2, 2, 3, 2],
    ],
    attributes: { dilations: [2, 3], pads: [1, 0, 2, 1] },
  },
  'groups with stride': {
    op: 'Conv',
    inputs: [[2, 4, 6, 6], [6, 2, 3, 3], [6]],
    attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  'a depthwise convolution': {
    op: 'Conv',
    inputs: [
      [2, 3, 5, 5],
      [3, 1, 3, 3],
    ],
    attributes: { group: 3, pads: [1, 1, 1, 1] },
  },
  'one dimension': { op: 'Conv', inputs: [[2, 3, 9], [2, 3, 4], [2]], attributes: { strides: [2], pads: [2, 1] } },
  'three dimensions': {
    op: 'Conv',
    inputs: [
      [1, 2, 4, 5, 4],
      [2, 2, 2, 3, 2],
    ],
    attributes: { strides: [1, 2, 1] },
  },
  'padding beyond the kernel': {
    op: 'Conv',
    inputs: [
      [1, 1, 4, 4],
      [2, 1, 2, 2],
    ],
    attributes: { pads: [3, 3, 3, 3] },
  },
  'auto_pad SAME_UPPER with stride': {
    op: 'Conv',
    inputs: [
      [1, 2, 7, 6],
      [2, 2, 3, 4],
    ],
    attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
  },
  'auto_pad SAME_LOWER': {
    op: 'Conv',
    inputs: [
      [1, 2, 5, 6],
      [2, 2, 2, 4],
    ],
    attributes: { auto_pad: 'SAME_LOWER' },
  },
  'a transposed convolution': {
    op: 'ConvTranspose',
    inputs: [[2, 3, 4, 4], [3, 2, 3, 3], [2]],
    attributes: { strides: [2, 2], pads: [1, 1, 1, 1] },
  },
  'a transposed convolution with output padding and groups': {
    op: 'ConvTranspose',
    inputs: [
      [1, 4, 3, 4],
      [4, 2, 3, 3],
    ],
    attributes: { strides: [2, 3], group: 2, output_padding: [1, 2], dilations: [2, 1] },
  },
};

describe('convolutions', () => {
  for (const [name, given] of Object.entries(cases))
    it(`has the derivative of ${name}, by input, kernel and bias`, () => checkCase(given));

  it('has the derivative for any geometry', async () => {
    const geometry = fc.record({
      groups: fc.integer({ min: 1, max: 2 }),
      kernel: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
      dilations: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 2 })),
      pads: fc.tuple(...[0, 0, 0, 0].map(() => fc.integer({ min: 0, max: 2 }))),
      size: fc.tuple(fc.integer({ min: 5, max: 8 }), fc.integer({ min: 5, max: 8 })),
      symbolic: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(geometry, async ({ groups, kernel, strides, dilations, pads, size, symbolic }) => {
        await checkCase({
          op: 'Conv',
          inputs: [
            [2, 2 * groups, ...size],
            [2 * groups, 2, ...kernel],
          ],
          attributes: { group: groups, strides, dilations, pads },
          symbolic,
        });
      }),
      { numRuns: 25, seed: 7 },
    );
    expect.assertions(25 * 8);
  });
});
