import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { type NaiveNode, type NaiveRule, naiveBackward } from '../testing/naive.js';
import { noise, spaced } from '../testing/random.js';
import { type Doubles, referenceNode } from '../testing/reference.js';
import { relativeError, run, type Values } from '../testing/run.js';
import { smallNetwork } from '../testing/smallNetwork.js';
import { vjp } from '../vjp.js';
import { chooseRules, type RuleChoice } from './chooseRules.js';

const forms = ['cpu', 'portable'] as const;
const picture = (seed: number): Doubles => ({
  data: Float64Array.from(spaced([1, 2, 9, 9], seed).data as Float32Array),
  dims: [1, 2, 9, 9],
});

/** Every rule set, by definition. */
const open = ({ node, inputs: [x] }: NaiveNode): boolean[] => Array.from(x!.data, (v) => v > 0 && (node.op === 'Relu' || v < 6));
const guided: NaiveRule = (at, g) => [g.map((v, i) => (open(at)[i] ? Math.max(v, 0) : 0)), null, null];
const deconvnet: NaiveRule = (_at, g) => [g.map((v) => Math.max(v, 0)), null, null];
const redirected =
  (sign: 1 | -1): NaiveRule =>
  ({ node, inputs: [x] }, g) => {
    const high = node.op === 'Relu' ? Number.POSITIVE_INFINITY : 6;
    const plain = g.map((v, i) => (x!.data[i]! < 0 || x!.data[i]! > high ? 0 : v));
    if (plain.some((v) => v !== 0)) return [plain, null, null];
    const away = (v: number, at: number): boolean => (at < 0 && sign * v < 0) || (at > high && sign * v > 0);
    return [g.map((v, i) => (away(v, x!.data[i]!) ? 0 : v)), null, null];
  };
/** The derivative of the smooth pool by central differences. */
const smooth =
  (mode: 'L2' | 'avg'): NaiveRule =>
  ({ node, inputs: [x] }, g) => {
    const average = (data: Float64Array): Float64Array =>
      referenceNode({ ...node, op: 'AveragePool' }, [{ data, dims: x!.dims }]).data;
    const value = (data: Float64Array): number => {
      const [squares, sizes] = [average(data.map((v) => v * v)), average(data.map(Math.abs))];
      const pooled = mode === 'avg' ? average(data) : squares.map((v, k) => v / (1e-2 + sizes[k]!));
      return pooled.reduce((sum, v, k) => sum + g[k]! * v, 0);
    };
    const h = 1e-6;
    return [x!.data.map((v, i) => (value(x!.data.with(i, v + h)) - value(x!.data.with(i, v - h))) / (2 * h))];
  };
const rectifiers = (rule: NaiveRule) => ({ Relu: rule, Clip: rule });

const cases: { choice: RuleChoice; naive: Record<string, NaiveRule> }[] = [
  { choice: 'exact', naive: {} },
  { choice: 'guided', naive: rectifiers(guided) },
  { choice: 'deconvnet', naive: rectifiers(deconvnet) },
  { choice: 'redirectedRelu', naive: rectifiers(redirected(1)) },
  { choice: { name: 'redirectedRelu', direction: 'descent' }, naive: rectifiers(redirected(-1)) },
  { choice: 'smoothMaxPool', naive: { MaxPool: smooth('L2') } },
  { choice: { name: 'smoothMaxPool', mode: 'avg' }, naive: { MaxPool: smooth('avg') } },
  { choice: ['redirectedRelu', 'smoothMaxPool'], naive: { ...rectifiers(redirected(1)), MaxPool: smooth('L2') } },
  { choice: ['guided', { name: 'smoothMaxPool', mode: 'avg' }], naive: { ...rectifiers(guided), MaxPool: smooth('avg') } },
];

async function compare(
  model: Model,
  pictures: Doubles[],
  cotangents: Float64Array[],
  choice: RuleChoice,
  naive: Record<string, NaiveRule>,
) {
  const image: Values = { data: Float32Array.from(pictures.flatMap(({ data }) => [...data])), dims: [pictures.length, 2, 9, 9] };
  const cotangent = { data: Float32Array.from(cotangents.flatMap((c) => [...c])), dims: [pictures.length, 4] };
  const arrived = pictures.map((one, i) => naiveBackward(model, one, 'logits', () => cotangents[i]!, naive).arrived);
  for (const shapes of [undefined, { image: image.dims }])
    for (const form of forms)
      for (const wrt of ['image', 'stem']) {
        const graph = vjp(model, { of: 'logits', wrt, form, rules: choice, ...(shapes && { shapes }) });
        const found = (await run(graph, { image, 'cotangent:logits': cotangent }))[`grad:${wrt}`]!;
        const expected = arrived.flatMap((at) => [...at.get(wrt)!]);
        expect(relativeError(found.data as Float32Array, expected), `${JSON.stringify(choice)} ${form} by ${wrt}`).toBeLessThan(
          2e-5,
        );
      }
}

describe('rule sets that change the gradient', () => {
  for (const { choice, naive } of cases)
    it(`${JSON.stringify(choice)} is what its definition says, for each picture of a batch`, () =>
      compare(
        smallNetwork(),
        [1, 2].map(picture),
        [5, 6].map((seed) => Float64Array.from(noise([4], seed).data as Float32Array)),
        choice,
        naive,
      ));

  it('redirectedRelu wakes an example up whose units are all dead, and leaves the others alone', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', [3, 4]);
    b.output(b.op('Relu', [x], {}, { output: 'y' }), 'float32', [3, 4]);
    const feeds = {
      x: { data: Float32Array.of(-1, -2, -3, -4, -1, 2, -3, 4, -1, 0, -3, -4), dims: [3, 4] },
      'cotangent:y': { data: Float32Array.of(1, -1, 2, 0, 1, 1, 1, -1, 1, 0, -1, 1), dims: [3, 4] },
    };
    for (const form of forms) {
      const up = await run(vjp(b.model(), { of: 'y', wrt: 'x', rules: 'redirectedRelu', form }), feeds);
      expect([...up['grad:x']!.data]).toEqual([1, 0, 2, 0, 0, 1, 0, -1, 1, 0, 0, 1]);
      const down = vjp(b.model(), { of: 'y', wrt: 'x', rules: { name: 'redirectedRelu', direction: 'descent' }, form });
      expect([...(await run(down, feeds))['grad:x']!.data].map((v) => Number(v) + 0)).toEqual([
        0, -1, 0, 0, 0, 1, 0, -1, 0, 0, -1, 0,
      ]);
    }
  });

  it('smoothMaxPool takes a global max-pool for one window', async () => {
    const x = spaced([1, 2, 3, 4], 1);
    const g = noise([1, 2, 1, 1], 2);
    const b = new GraphBuilder();
    b.output(b.op('GlobalMaxPool', [b.input('x', 'float32', x.dims)], {}, { output: 'y' }), 'float32', g.dims);
    const same = new GraphBuilder();
    same.output(
      same.op('MaxPool', [same.input('x', 'float32', x.dims)], { kernel_shape: [3, 4] }, { output: 'y' }),
      'float32',
      g.dims,
    );
    const [a, c] = await Promise.all(
      [b, same].map((made) => run(vjp(made.model(), { of: 'y', wrt: 'x', rules: 'smoothMaxPool' }), { x, 'cotangent:y': g })),
    );
    expect(relativeError(a!['grad:x']!.data as Float32Array, c!['grad:x']!.data as Float32Array)).toBeLessThan(1e-6);
  });

  it('all are the derivative where nothing is rectified or pooled by its maximum', async () => {
    const model = smallNetwork({ kinks: false });
    const feeds = { image: spaced([2, 2, 9, 9], 1), 'cotangent:logits': noise([2, 4], 2) };
    const exact = (await run(vjp(model, { of: 'logits', wrt: 'image' }), feeds))['grad:image']!.data as Float32Array;
    for (const rules of ['guided', 'deconvnet', 'redirectedRelu', 'smoothMaxPool'] as const) {
      const other = (await run(vjp(model, { of: 'logits', wrt: 'image', rules }), feeds))['grad:image']!.data as Float32Array;
      expect(relativeError(other, exact), rules).toBeLessThan(1e-6);
    }
  });

  it('leaves a Clip that is no rectifier, and smooth or leaky activations, exact', async () => {
    for (const [op, more] of [
      ['Clip', [-1, 1]],
      ['LeakyRelu', []],
      ['Elu', []],
      ['HardSwish', []],
    ] as const) {
      const b = new GraphBuilder();
      const x = spaced([2, 6], 3);
      b.output(b.op(op, [b.input('x', 'float32', x.dims), ...more.map((v) => b.f32(v))], {}, { output: 'y' }), 'float32', x.dims);
      const feeds = { x, 'cotangent:y': noise(x.dims, 4) };
      const [exact, changed] = await Promise.all(
        (['exact', 'guided'] as const).map((rules) => run(vjp(b.model(), { of: 'y', wrt: 'x', rules }), feeds)),
      );
      expect([...changed!['grad:x']!.data], op).toEqual([...exact!['grad:x']!.data]);
    }
  });
});

describe('the choice of rule sets', () => {
  it('refuses a name that there is not, and two sets that replace the same operator', () => {
    expect(() => chooseRules('guidd' as 'guided')).toThrow(/no rule set "guidd"; there are exact, guided/);
    expect(() => chooseRules(['guided', 'deconvnet'])).toThrow(/guided and deconvnet both have a rule for Relu, Clip/);
  });
});
