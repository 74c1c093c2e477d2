import { describe, expect, it } from 'vitest';
import { float, GraphBuilder, tensorOf } from '../../build/builder.js';
import { runReference } from '../../testing/session.node.js';
import type { Model } from '../../types.js';
import { CannotDecomposeError, type Rewrite } from '../rewrite/context.js';
import { rewriteNodes } from '../rewrite/rewrite.js';
import { decompose } from './decompose.js';

/** y = shrink(x · w), tapped; z = thresholdedRelu(y). */
function composite(): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 2]);
  const w = b.initializer(tensorOf('float32', [1, 2, 3, 4], [2, 2]), 'w');
  const y = b.op('Shrink', [b.op('MatMul', [x, w])], { lambd: float(1), bias: 0.25 }, { output: 'y' });
  b.output(y, 'float32', ['n', 2]);
  b.output(b.op('ThresholdedRelu', [y], { alpha: float(2) }, { output: 'z' }), 'float32', ['n', 2]);
  return b.model();
}
const feeds = { x: { dims: [3, 2], data: [1, -1, 0.1, 0.3, -2, 0.7] } };

const twice: Rewrite = (c) => [c.op('Add', [c.input(0), c.input(0)])];

describe('decompose', () => {
  it('computes the same, keeps the names of outputs and shares weights', async () => {
    const model = composite();
    const plain = decompose(model);
    expect(plain.graph.nodes.some((node) => node.op === 'Shrink' || node.op === 'ThresholdedRelu')).toBe(false);
    expect(plain.graph.initializers.get('w')).toBe(model.graph.initializers.get('w'));
    const [before, after] = [await runReference(model, feeds), await runReference(plain, feeds)];
    expect([...after.y!.data]).toEqual([...before.y!.data]);
    expect([...after.z!.data]).toEqual([...before.z!.data]);
  });

  it('returns a model as it is where there is nothing to replace', () => {
    const plain = decompose(composite());
    expect(decompose(plain)).toBe(plain);
    const model = composite();
    expect(decompose(model, { only: () => false })).toBe(model);
  });

  it('replaces only what it is asked to', () => {
    const plain = decompose(composite(), { only: (node) => node.op !== 'Shrink' });
    expect(plain.graph.nodes.map((node) => node.op)).toContain('Shrink');
  });

  it('works inside subgraphs, with constants of their own', async () => {
    const branch = (factor: number): Model => {
      const inner = new GraphBuilder({ prefix: `b${factor}/` });
      inner.output(inner.op('Shrink', ['x'], { lambd: float(factor), bias: float(0) }), 'float32', ['n', 2]);
      return inner.model();
    };
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', ['n', 2]);
    const condition = b.op('Greater', [b.op('ReduceSum', [x], { keepdims: 0 }), b.f32(0)]);
    const chosen = b.op('If', [condition], {
      then_branch: { type: 'graph', value: branch(1).graph },
      else_branch: { type: 'graph', value: branch(2).graph },
    });
    b.output(b.op('Shrink', [chosen], { lambd: 0.5 }, { output: 'y' }), 'float32', ['n', 2]);
    const model = b.model();
    const plain = decompose(model);
    expect(JSON.stringify(plain.graph.nodes, (_, v: unknown) => v)).not.toContain('"Shrink"');
    const before = await runReference(model, feeds);
    expect([...(await runReference(plain, feeds)).y!.data]).toEqual([...before.y!.data]);
  });
});

describe('rewriteNodes', () => {
  it('gives an output that stands for an input, or for another output, an Identity', async () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', ['n']);
    const [p, q, r] = b.ops('Split', [x], 3, {}, 'test', ['p', 'q', 'r']);
    for (const name of [p!, q!, r!]) b.output(name, 'float32', ['n']);
    const same: Rewrite = (c) => {
      const sum = c.op('Neg', [c.input(0)]);
      return [c.input(0), sum, sum];
    };
    const model = rewriteNodes(b.model(), (node) => (node.domain === 'test' ? same : undefined));
    const results = await runReference({ ...model, opsets: new Map([['', 18]]) }, { x: { dims: [2], data: [1, 2] } });
    expect(['p', 'q', 'r'].map((name) => [...results[name]!.data])).toEqual([
      [1, 2],
      [-1, -2],
      [-1, -2],
    ]);
  });

  it('repeats until nothing is left, and refuses what does not come to an end', () => {
    const b = new GraphBuilder();
    b.output(b.op('Abs', [b.input('x', 'float32', [2])]), 'float32', [2]);
    const chain: Record<string, Rewrite> = { Abs: (c) => [c.op('Neg', [c.input(0)])], Neg: twice };
    expect(rewriteNodes(b.model(), (node) => chain[node.op]).graph.nodes.map((node) => node.op)).toEqual(['Add']);
    const endless: Rewrite = (c) => [c.op('Abs', [c.input(0)])];
    expect(() => rewriteNodes(b.model(), (node) => (node.op === 'Abs' ? endless : undefined))).toThrow(/does not come to an end/);
  });

  it('names operator, node, reason and remedy of a refusal', () => {
    const b = new GraphBuilder();
    b.output(b.op('Abs', [b.input('x', 'float32', null)]), 'float32', null);
    const refusing: Rewrite = (c) => [c.op('Neg', [c.vector([c.rank(c.input(0))])])];
    expect(() => rewriteNodes(b.model(), () => refusing)).toThrow(CannotDecomposeError);
    expect(() => rewriteNodes(b.model(), () => refusing)).toThrow(/Abs \(node "abs"\).*the rank of "x" is not known/);
  });

  it('knows the types and values of what it has written', () => {
    const b = new GraphBuilder();
    b.output(b.op('Abs', [b.input('x', 'float32', ['n', 3])], {}, { output: 'y' }), 'float32', null);
    const seen: unknown[] = [];
    const rule: Rewrite = (c) => {
      const size = c.op('Shape', [c.op('Transpose', [c.input(0)], { perm: [1, 0] })]);
      seen.push(c.value(size)?.data, c.type(size));
      return [c.op('Neg', [c.input(0)])];
    };
    rewriteNodes(b.model(), (node) => (node.op === 'Abs' ? rule : undefined));
    expect(seen).toEqual([[3, 'n'], { dtype: 'int64', shape: [2] }]);
  });
});
