import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DecodeStep } from './decode.js';
import { packSteps, unpackSteps } from './packedSteps.js';

it('gives back the steps that were packed, bit by bit', () => {
  const value = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 })).map(([rows, dim]) => ({
    axes: ['position', 'dim'] as const,
    dims: [rows, dim],
    data: Float32Array.from({ length: rows * dim }, (_, i) => Math.sin(i + rows)),
  }));
  const token = fc.record({ id: fc.nat({ max: 60_000 }), logprob: fc.double({ max: 0, noNaN: true }) });
  const steps = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 4 }), fc.nat({ max: 900 }), fc.boolean())
    .chain(([count, each, position, tapped]) =>
      fc
        .array(
          fc.tuple(token, fc.array(token, { minLength: each, maxLength: each }), value, value).map(
            ([chosen, top, a, b]): Omit<DecodeStep, 'position'> => ({
              ...chosen,
              top,
              taps: tapped ? { 'resid_post.0': a, 'z.1': b } : {},
            }),
          ),
          { minLength: count, maxLength: count },
        )
        .map((made) => made.map((step, i): DecodeStep => ({ ...step, position: position + i }))),
    );
  fc.assert(
    fc.property(steps, (made) => {
      const back = unpackSteps(structuredClone(packSteps(made)));
      expect(back.map((step) => ({ ...step, taps: {} }))).toEqual(made.map((step) => ({ ...step, taps: {} })));
      for (const [i, { taps }] of back.entries())
        expect(Object.entries(taps).map(([point, { axes, dims, data }]) => [point, axes, dims, [...data]])).toEqual(
          Object.entries(made[i]!.taps).map(([point, { axes, dims, data }]) => [point, axes, dims, [...data]]),
        );
    }),
  );
});
