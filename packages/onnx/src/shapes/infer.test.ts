import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { tap } from '../edit/tap.js';
import { read } from '../read/read.js';
import { modelBytes, modelNames } from '../testing/models.node.js';
import { runReference } from '../testing/session.node.js';
import type { Dim, Model } from '../types.js';
import { DimAlgebra } from './dims.js';
import { inferShapes } from './infer.js';

const SIZES: readonly Readonly<Record<string, number>>[] = [
  { n: 2, h: 96, w: 112, s: 7 },
  { n: 1, h: 97, w: 80, s: 5 },
  { n: 3, h: 83, w: 90, s: 12 },
];

/** The model without what the file states about shapes, so that all must be inferred. */
function bare(model: Model): Model {
  const outputs = model.graph.outputs.map(({ name }) => ({ name, type: null }));
  return { ...model, graph: { ...model.graph, valueInfo: new Map(), outputs } };
}

/** A symbolic dimension at given sizes; the expressions are arithmetic with floor, min and max. */
function evaluate(dim: Dim, sizes: Readonly<Record<string, number>>): number {
  if (typeof dim !== 'string') return dim ?? Number.NaN;
  const names = Object.keys(sizes);
  const compute = new Function('floor', 'min', 'max', ...names, `return ${dim}`);
  return compute(Math.floor, Math.min, Math.max, ...names.map((n) => sizes[n]));
}

describe('inferShapes', () => {
  it.each(modelNames())(
    'knows every size of %s in symbols, as ONNX Runtime computes it for three sizes of its inputs',
    async (file) => {
      const model = bare(read(modelBytes(file)!));
      const symbolic = inferShapes(model);
      const names = model.graph.nodes.filter((n) => n.op !== 'Constant').flatMap((n) => n.outputs.filter((o) => o !== ''));
      const session = tap(model, names);
      const open = model.graph.inputs.some(({ type }) => type!.shape!.some((d) => typeof d === 'string'));
      for (const given of open ? SIZES : SIZES.slice(0, 1)) {
        const sizes: Record<string, number> = { ...given };
        for (const { type } of model.graph.inputs) for (const d of type!.shape!) if (typeof d === 'string') sizes[d] ??= sizes.s!;
        const inputs = Object.fromEntries(
          model.graph.inputs.map(({ name, type }) => [name, type!.shape!.map((d) => (typeof d === 'number' ? d : sizes[d!]!))]),
        );
        const numeric = inferShapes(model, inputs);
        const feeds = Object.fromEntries(Object.entries(inputs).map(([name, dims]) => [name, { dims }]));
        const reference = await runReference(session, feeds);
        for (const name of names) {
          const { dims, type } = reference[name]!;
          expect([name, numeric.get(name)]).toEqual([name, { dtype: type, shape: [...dims] }]);
          const shape = symbolic.get(name)!.shape!.map((dim) => (dim === null ? null : evaluate(dim, sizes)));
          expect([name, shape]).toEqual([name, [...dims]]);
        }
      }
    },
  );

  it('carries symbols through a network and names derived sizes by canonical expressions', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', ['n', 3, 'h', 'w']);
    const w = b.f32(new Float32Array(8 * 3 * 9), [8, 3, 3, 3]);
    const same = ops.conv(b, x, w, undefined, { pads: [1, 1, 1, 1] });
    const half = ops.maxPool(b, same, [2, 2], { strides: [2, 2] });
    const flat = ops.reshape(b, half, [0, -1]);
    b.output(flat, 'float32', null);
    const types = inferShapes(b.model());
    expect(types.get(same)!.shape).toEqual(['n', 8, 'h', 'w']);
    const [, , h] = types.get(half)!.shape!;
    expect(evaluate(h!, { n: 1, h: 7, w: 9 })).toBe(3);
    expect(evaluate(types.get(flat)!.shape![1]!, { n: 1, h: 7, w: 9 })).toBe(8 * 3 * 4);
  });

  it('follows shape arithmetic with symbols to a reshape', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', ['n', 's', 12]);
    const size = (i: number) => ops.gather(b, ops.shape(b, x), [i]);
    const target = ops.concat(b, [ops.mul(b, size(0), size(1)), ops.div(b, size(2), b.i64([4])), b.i64([4])], 0);
    const y = ops.reshape(b, x, target);
    b.output(y, 'float32', null);
    expect(inferShapes(b.model()).get(y)!.shape).toEqual(['n*s', 3, 4]);
    expect(inferShapes(b.model(), { x: [2, 5, 12] }).get(y)!.shape).toEqual([10, 3, 4]);
  });

  it('knows which of two sizes is larger where their symbols cannot change it', () => {
    const dims = new DimAlgebra();
    expect(dims.min(1, 's')).toBe(1);
    expect(dims.max(dims.add('s', 1), dims.mul(2, 's'))).toBe('2*s');
    expect(dims.min(dims.add('s', 't'), 's')).toBe('s');
    expect(dims.min('s', 't')).toBe('min(s,t)');
  });

  it('follows remainders and changed signs of symbols', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', [1, 'w']);
    const width = ops.gather(b, ops.shape(b, x), [1]);
    const missing = b.op('Mod', [b.op('Neg', [width]), b.i64([4])]);
    b.output(b.op('Pad', [x, ops.concat(b, [b.i64([0]), missing], 0), '', b.i64([1])], {}, { output: 'y' }), 'float32', null);
    const size = inferShapes(b.model()).get('y')!.shape![1]!;
    for (const w of [1, 4, 6, 7]) expect(evaluate(size, { w })).toBe(Math.ceil(w / 4) * 4);
  });

  it('leaves the outputs of unknown operators to what the file states', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', ['n', 4]);
    const y = b.op('Mystery', [x], {}, { domain: 'com.example' });
    b.output(ops.relu(b, y), 'float32', null, 'z');
    const model = b.model();
    expect(inferShapes(model).has(y)).toBe(false);
    const stated = { name: y, type: { dtype: 'float32', shape: ['n', 9] } } as const;
    const told = { ...model, graph: { ...model.graph, valueInfo: new Map([[y, stated]]) } };
    expect(inferShapes(told).get('z')!.shape).toEqual(['n', 9]);
  });

  it('refuses an override of another rank', () => {
    const b = new GraphBuilder();
    b.output(ops.relu(b, b.input('x', 'float32', ['n', 4])), 'float32', null, 'y');
    expect(() => inferShapes(b.model(), { x: [1, 2, 3] })).toThrow(/"x" has 2 dimensions \[n,4\], but \[1,2,3\]/);
  });
});
