import { convertFloats } from '@incognita/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../model/languageModel.js';
import { openBuilt } from '../testing/openBuilt.js';
import { type TinyDialect, tinyDecoder } from '../testing/tinyDecoder.js';
import { tinyWeights } from '../testing/tinyWeights.js';
import type { PointTensor } from './pointTensor.js';

const ids = [3, 17, 8, 25, 40];

/** Of a whole point, the head and the position, axes kept. */
function cut({ axes, dims, data }: PointTensor, head: number, position: number): PointTensor {
  const at = axes.map((axis) => (axis === 'head' ? head : axis === 'position' || axis === 'query' ? position : null));
  const kept: number[] = [];
  const [a, b, c = 1] = dims as [number, number, number?];
  for (let i = 0; i < a; i++)
    for (let j = 0; j < b; j++)
      for (let k = 0; k < c; k++)
        if ([i, j, k].every((place, axis) => (at[axis] ?? place) === place)) kept.push(data[(i * b + j) * c + k]!);
  return { axes, dims: dims.map((size, axis) => (at[axis] === null ? size : 1)), data: Float32Array.from(kept) };
}

const ways: [string, TinyDialect, boolean][] = [
  ['plain', { dialect: 'plain' }, false],
  ['fused', { dialect: 'genai' }, false],
  ['in half precision', { dialect: 'plain' }, true],
];

describe.each(ways)('slices of a decoder %s', (_, how, half) => {
  let model: LanguageModel;
  beforeAll(async () => {
    const built = tinyDecoder(tinyWeights(5), how);
    model = await openBuilt(half ? convertFloats(built, 'float16') : built);
  });
  afterAll(() => model?.dispose());

  it('are the parts of every point', async () => {
    const names = [...model.points.values()].flatMap((point) => ('refused' in point ? [] : [point.name]));
    const { points } = await model.run(ids, { taps: names });
    for (const [head, position] of [
      [0, 4],
      [1, 0],
    ] as const) {
      const reads = Object.fromEntries(names.map((point) => [`${point}!`, { point, head, position }]));
      const { slices } = await model.run(ids, { slices: reads, logits: false });
      for (const point of names) {
        const [{ axes, dims, data }, expected] = [slices[`${point}!`]!, cut(points[point]!, head, position)];
        expect([axes, dims, data.length], point).toEqual([expected.axes, expected.dims, expected.data.length]);
        // Without logits ONNX Runtime fuses other operators, which round otherwise.
        const size = Math.max(...points[point]!.data.filter(Number.isFinite).map(Math.abs), 1e-30);
        for (const [i, value] of expected.data.entries())
          expect(Number.isFinite(value) && Math.abs(value) < 1e30 ? Math.abs(data[i]! - value) / size : 0, point).toBeLessThan(
            half ? 5e-3 : 1e-5,
          );
      }
    }
    const slices = { all: { point: 'z.1' }, again: { point: 'z.1', head: 3 }, row: { point: 'attn_probs.0', position: 2 } };
    const read = (await model.run(ids, { slices, taps: ['z.1'] })).slices;
    expect(read.all!.dims).toEqual(points['z.1']!.dims);
    expect([read.again!.dims, read.row!.dims]).toEqual([
      [5, 1, 16],
      [4, 1, 5],
    ]);
  });

  it('are refused where the point has no such place', async () => {
    const run = (slice: { head?: number; position?: number }) => model.run(ids, { slices: { z: { point: 'z.0', ...slice } } });
    await expect(run({ head: 4 })).rejects.toThrow('z.0 has no head 4: it has 4.');
    await expect(run({ position: 5 })).rejects.toThrow('z.0 has no position 5: it has 5.');
    await expect(run({ position: -1 })).rejects.toThrow('z.0 has no position -1');
  });
});
