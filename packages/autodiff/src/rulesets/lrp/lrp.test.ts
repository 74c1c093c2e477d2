import { GraphBuilder } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { type NaiveRule, naiveBackward } from '../../testing/naive.js';
import { noise, spaced } from '../../testing/random.js';
import { relativeError, run } from '../../testing/run.js';
import { smallNetwork } from '../../testing/smallNetwork.js';
import { vjp } from '../../vjp.js';
import { type LayerRule, type LrpOptions, settingsOf } from './options.js';

const EPSILON = 1e-2;
const [LOW, HIGH] = [
  [-1.6, -2],
  [1.7, 1.5],
];
const stable = (v: number, epsilon = 1e-6): number => v + (v < 0 ? -epsilon : epsilon);
const up = (v: number): number => Math.max(v, 0);
const down = (v: number): number => Math.min(v, 0);

/** R_j = Σ_k z_jk R_k / Σ_j z_jk of a layer, contribution by contribution: each rule by what z is. */
const layer =
  (rule: LayerRule): NaiveRule =>
  ({ inputs: [x, , b], output, matrix, bias }, relevance) => {
    const rows = matrix(0);
    const given = Float64Array.from(x!.data);
    const rest = b ? bias(0) : new Float64Array(rows.length);
    const result = new Float64Array(given.length);
    const add = (
      k: number,
      z: (w: number, v: number, j: number) => number,
      share: (total: number) => number,
      own: number,
    ): void => {
      const parts = Array.from(rows[k]!, (w, j) => z(w, given[j]!, j));
      const total = parts.reduce((sum, v) => sum + v, own);
      for (const [j, part] of parts.entries()) result[j]! += part * share(total);
    };
    const area = given.length / LOW!.length;
    for (const [k, r] of relevance.entries()) {
      const over = (total: number): number => r / stable(total);
      const y = output.data[k]!;
      const own = rest[k]!;
      if (rule === 'epsilon')
        add(
          k,
          (w, v) => w * v,
          (total) => r / stable(total, EPSILON),
          own,
        );
      if (rule === 'zPlus') add(k, (w, v) => up(w * v), over, up(own));
      if (rule === 'alphaBeta') {
        add(
          k,
          (w, v) => up(w * v),
          (total) => 2 * over(total),
          up(own),
        );
        add(
          k,
          (w, v) => down(w * v),
          (total) => -over(total),
          down(own),
        );
      }
      if (rule === 'gamma' && y > 0) add(k, (w, v) => w * v + 0.25 * up(w * v), over, own + 0.25 * up(own));
      if (rule === 'gamma' && y < 0) add(k, (w, v) => w * v + 0.25 * down(w * v), over, own + 0.25 * down(own));
      if (rule === 'flat') add(k, (w) => (w === 0 ? 0 : 1), over, 0);
      if (rule === 'wSquare') add(k, (w) => w * w, over, own * own);
      if (rule === 'box')
        add(k, (w, v, j) => w * v - LOW![Math.floor(j / area)]! * up(w) - HIGH![Math.floor(j / area)]! * down(w), over, 0);
    }
    return [result];
  };

/** Sums and averages share in proportion, a maximum takes all, a rectifier passes. */
const proportional: NaiveRule = ({ node, inputs, output, matrix }, relevance) =>
  inputs.map((x, i) => {
    if (i > 0 && !['Add', 'Concat'].includes(node.op)) return null;
    const result = new Float64Array(x.data.length);
    for (const [k, row] of matrix(i).entries())
      if (output.data[k] !== 0)
        for (const [j, w] of row.entries()) result[j]! += (w * x.data[j]! * relevance[k]!) / output.data[k]!;
    return result;
  });
const pass: NaiveRule = (_at, relevance) => [relevance, null, null];
const rules = (conv: LayerRule, linear: LayerRule, first: LayerRule = conv) => ({
  Add: proportional,
  AveragePool: proportional,
  GlobalAveragePool: proportional,
  Relu: pass,
  Clip: pass,
  Gemm: layer(linear),
  Conv: ((at, r) => layer(at.node.inputs[0] === 'image' ? first : conv)(at, r)) as NaiveRule,
});

const box = { low: LOW!, high: HIGH! };
const cases: { options: LrpOptions; naive: ReturnType<typeof rules> }[] = [
  { options: { composite: 'epsilon', epsilon: EPSILON }, naive: rules('epsilon', 'epsilon') },
  { options: { composite: 'gamma' }, naive: rules('gamma', 'gamma') },
  { options: { composite: 'zPlus' }, naive: rules('zPlus', 'zPlus') },
  { options: { epsilon: EPSILON }, naive: rules('zPlus', 'epsilon') },
  { options: { composite: 'epsilonPlusFlat', epsilon: EPSILON }, naive: rules('zPlus', 'epsilon', 'flat') },
  { options: { composite: 'epsilonAlpha2Beta1', epsilon: EPSILON }, naive: rules('alphaBeta', 'epsilon') },
  { options: { composite: 'epsilonGammaBox', epsilon: EPSILON, ...box }, naive: rules('gamma', 'epsilon', 'box') },
  { options: { conv: 'zPlus', linear: 'gamma', first: 'wSquare' }, naive: rules('zPlus', 'gamma', 'wSquare') },
];
const picture = spaced([1, 2, 9, 9], 3);
const double = { data: Float64Array.from(picture.data as Float32Array), dims: picture.dims };
const cotangent = noise([1, 4], 4);
const total = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b, 0);

describe('lrp', () => {
  for (const { options, naive } of cases)
    for (const bias of [true, false])
      it(`${JSON.stringify(options)} is its definition, contribution by contribution, ${bias ? 'with' : 'without'} biases`, async () => {
        const model = smallNetwork({ bias });
        const { arrived, values } = naiveBackward(
          model,
          double,
          'logits',
          (logits) => logits.map((v, i) => v * Number(cotangent.data[i])),
          naive,
        );
        for (const form of ['cpu', 'portable'] as const)
          for (const wrt of options.first || options.composite?.endsWith('Flat') || options.low ? ['image'] : ['image', 'stem']) {
            const graph = vjp(model, { of: 'logits', wrt, rules: { name: 'lrp', ...options }, form });
            const found = (await run(graph, { image: picture, 'cotangent:logits': cotangent }))[`relevance:${wrt}`]!;
            expect(relativeError(found.data as Float32Array, arrived.get(wrt)!), `${form} ${wrt}`).toBeLessThan(1e-4);
            const given = total(values.get('logits')!.data.map((v, i) => v * Number(cotangent.data[i])));
            if (!bias && !options.composite?.startsWith('epsilon') && options.composite)
              expect(Math.abs(total(found.data as Float32Array) / given - 1)).toBeLessThan(1e-3);
          }
      });

  it('with epsilon zero is gradient times input', async () => {
    // Beyond six a ReLU6 has no gradient, but passes relevance.
    const model = smallNetwork({ limit: 1e6 });
    const feeds = { image: picture, 'cotangent:logits': cotangent };
    const gradient = (await run(vjp(model, { of: 'logits', wrt: 'image' }), feeds))['grad:image']!.data as Float32Array;
    const lrp = vjp(model, {
      of: 'logits',
      wrt: 'image',
      rules: { name: 'lrp', conv: 'epsilon', linear: 'epsilon', epsilon: 0 },
    });
    const expected = gradient.map((g, i) => g * (picture.data as Float32Array)[i]!);
    expect(relativeError((await run(lrp, feeds))['relevance:image']!.data as Float32Array, expected)).toBeLessThan(1e-5);
  });

  it('sees a convolution and its BatchNormalization as one layer, and a mean before a first layer as none', async () => {
    const build = (merged: boolean) => {
      const b = new GraphBuilder();
      const data = (dims: number[], seed: number): Float32Array => noise(dims, seed).data as Float32Array;
      const [w, c] = [data([3, 2, 3, 3], 1), data([3], 2)];
      const [scale, shift, mean] = [data([3], 3), data([3], 4), data([3], 5)];
      const variance = data([3], 6).map((v) => 1 + v * v);
      const gain = scale.map((s, i) => s / Math.sqrt(variance[i]! + 1e-5));
      let x = b.input('image', 'float32', ['n', 2, 9, 9]);
      if (!merged) x = b.op('Sub', [x, b.f32([0.3, 0.4], [2, 1, 1])]);
      const conv = (weight: Float32Array, bias: Float32Array): string =>
        b.op('Conv', [x, b.f32(weight, [3, 2, 3, 3]), b.f32(bias)], { pads: [1, 1, 1, 1] });
      const y = merged
        ? conv(
            w.map((v, i) => v * gain[Math.floor(i / 18)]!),
            c.map((v, i) => (v - mean[i]!) * gain[i]! + shift[i]!),
          )
        : b.op('BatchNormalization', [conv(w, c), ...[scale, shift, mean, variance].map((v) => b.f32(v))]);
      b.output(b.op('Relu', [b.op('Conv', [y, b.f32(data([2, 3, 1, 1], 7), [2, 3, 1, 1])])]), 'float32', null, 'out');
      return b.model();
    };
    const shifted = { ...picture, data: (picture.data as Float32Array).map((v, i) => v - (i < 81 ? 0.3 : 0.4)) };
    for (const composite of ['gamma', 'zPlus', 'epsilonPlusFlat'] as const) {
      const [a, c] = await Promise.all(
        [
          { model: build(true), image: shifted },
          { model: build(false), image: picture },
        ].map(({ model, image }) => {
          const first = composite === 'epsilonPlusFlat' ? {} : ({ first: 'wSquare' } as const);
          return run(vjp(model, { of: 'out', wrt: 'image', seed: 'ones', rules: { name: 'lrp', composite, ...first } }), {
            image,
          });
        }),
      );
      expect(
        relativeError(c!['relevance:image']!.data as Float32Array, a!['relevance:image']!.data as Float32Array),
      ).toBeLessThan(1e-4);
    }
  });

  it('refuses options that do not fit, and operators that it has no rule for', () => {
    expect(() => settingsOf({ composite: 'epsilonGammaBox' })).toThrow(/needs `low` and `high`/);
    expect(() => settingsOf({ composite: 'plus' as 'gamma' })).toThrow(/no composite "plus"; there are epsilon, gamma/);
    expect(() => settingsOf({ conv: 'zplus' as 'zPlus' })).toThrow(/no layer rule "zplus"/);
    expect(() => settingsOf({ epsilon: -1 })).toThrow(/epsilon of lrp must be at least 0, not -1/);
    const b = new GraphBuilder();
    b.output(b.op('ReduceProd', [b.input('x', 'float32', [2, 3])], {}, { output: 'y' }), 'float32', null);
    expect(() => vjp(b.model(), { of: 'y', wrt: 'x', rules: 'lrp' })).toThrow(/ReduceProd.*rule set lrp has no rule for it/);
  });
});
