import { convertFloats, type Model } from '@incognita/onnx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LanguageModel } from '../model/languageModel.js';
import { naiveDecoder, naiveGreedy } from './naiveDecoder.js';
import { openBuilt } from './openBuilt.js';
import { dequantised } from './quantise.js';
import { renamedAtRandom } from './renamed.js';
import { type TinyDialect, tinyDecoder } from './tinyDecoder.js';
import { TINY, tinyWeights } from './tinyWeights.js';

/** One way in which the small decoder is written. */
export interface DialectCase {
  readonly name: string;
  readonly how: TinyDialect;
  readonly half?: boolean;
  /** Whether to write to every point in turn. */
  readonly everyWrite?: boolean;
  /** Of what is measured, relative to the largest number of a point. */
  readonly tolerance: number;
}

const ids = [3, 17, 8, 25, 40, 1, 17];

/** The guarantees that every dialect has to give, against loops. */
export function dialectSuite(cases: readonly DialectCase[]): void {
  describe.each([...cases])('a decoder that is written $name', ({ how, half, tolerance, everyWrite }) => {
    const form = how.weights ?? 'float32';
    const weights = tinyWeights(5, (matrix) => (form === 'float32' ? matrix : dequantised(matrix, form)));
    const original = tinyWeights(5);
    let model: LanguageModel;
    const build = (): Model => {
      const built = tinyDecoder(form === 'float32' ? weights : original, how);
      return half ? convertFloats(built, 'float16') : built;
    };
    beforeAll(async () => {
      model = await openBuilt(renamedAtRandom(build(), 11).model);
    });
    afterAll(() => model?.dispose());

    it('is found with all its points, under random names', () => {
      const refused = [...model.points.values()].filter((point) => 'refused' in point);
      expect(refused).toEqual([]);
      expect([model.anatomy.layers, model.anatomy.heads, model.context]).toEqual([TINY.layers, [4, 4], TINY.longest]);
      expect(model.inputs.cache).toHaveLength(how.cache === false ? 0 : 2 * TINY.layers);
    });

    it('gives at every point what loops compute', async () => {
      const expected = naiveDecoder(weights, ids);
      const names = [...model.points.keys()];
      const { points } = await model.run(ids, { taps: names });
      for (const name of names) {
        const [given, wanted] = [points[name]!.data, expected[name]!];
        expect(given.length, name).toBe(wanted.length);
        const seen = wanted.map((value, i) => (Number.isFinite(value) ? i : -1)).filter((i) => i >= 0);
        const size = Math.max(...seen.map((i) => Math.abs(wanted[i]!)));
        const error = Math.max(...seen.map((i) => Math.abs(wanted[i]! - given[i]!)));
        expect(error / size, name).toBeLessThan(tolerance);
      }
    });

    it('passes its self-test', async () => {
      const { holds, measured } = await model.selfTest();
      expect(measured.filter((one) => !one.holds)).toEqual([]);
      expect(holds).toBe(true);
    });

    it('generates what loops generate, with points of every step', async () => {
      const { ids: made, taps } = await model.complete(ids, { maxTokens: 6, taps: ['resid_mid.1', 'attn_probs.0'] });
      const text = [...ids, ...made];
      if (tolerance < 1e-4) expect(made).toEqual(naiveGreedy(weights, ids, 6));
      const expected = naiveDecoder(weights, text.slice(0, -1));
      for (const [name, { data }] of Object.entries(taps)) {
        const size = Math.max(...expected[name]!.map(Math.abs));
        const error = Math.max(...data.map((value, i) => Math.abs(value - expected[name]![i]!)));
        expect(error / size, name).toBeLessThan(2 * tolerance);
      }
    });

    it('is written as loops write it, in one run and token by token', async () => {
      if (tolerance > 1e-4) return;
      const edit = (point: string, value: number[]): void => {
        // Head 2 of the first layer counts for nothing.
        if (point === 'z.0')
          for (let t = 0; t < value.length; t += 4 * TINY.head) value.fill(0, t + 2 * TINY.head, t + 3 * TINY.head);
      };
      const clamps = [{ point: 'z.0', kind: 'zero', heads: [2] }] as const;
      const { logits } = await model.run(ids, { clamps });
      const expected = naiveDecoder(weights, ids, edit).logits!;
      expect(Math.max(...logits!.data.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(1e-3);
      const { ids: made } = await model.complete(ids, { maxTokens: 6, clamps });
      expect(made).toEqual(naiveGreedy(weights, ids, 6, edit));
    });

    it.runIf(everyWrite)('has every point written as loops write it', async () => {
      for (const [name, point] of model.points) {
        if (name.startsWith('resid_pre') || 'refused' in point) continue;
        const patterns = point.axes.includes('query');
        const clamp = {
          point: name,
          kind: 'scale',
          value: 0.5,
          positions: [2],
          ...(point.heads === null ? {} : { heads: [1] }),
        } as const;
        const edit = (written: string, value: number[]): void => {
          if (written !== name) return;
          // Head 1 of position 2, or all of it.
          const row = patterns ? ids.length : value.length / ids.length;
          const size = patterns || point.heads === null ? row : row / point.heads;
          const from = patterns ? (ids.length + 2) * row : 2 * row + (point.heads === null ? 0 : size);
          for (let i = from; i < from + size; i++) value[i]! *= 0.5;
        };
        const { logits } = await model.run(ids, { clamps: [clamp] });
        const expected = naiveDecoder(weights, ids, edit).logits!;
        const size = Math.max(...expected.map(Math.abs));
        const error = Math.max(...logits!.data.map((value, i) => Math.abs(value - expected[i]!)));
        expect(error / size, name).toBeLessThan(10 * tolerance);
      }
    });
  });
}
