import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import { recurrenceOf } from '../recurrence.js';
import { runReference } from '../testing/session.node.js';
import type { Graph, Model } from '../types.js';
import { unrollLoops } from './unrollLoops.js';

const graph = (value: Graph) => ({ type: 'graph', value }) as const;

/** A state that doubles and one that grows by concatenation; what was is stacked. A Loop within counts to `inner`. */
function growing(trips: number, inner: number, byData = false): Model {
  const b = new GraphBuilder({ opset: 18 });
  const x = b.input('x', 'float32', [2]);
  const nested = new GraphBuilder({ opset: 18, prefix: 'nested/' });
  const [at, told, sum] = [nested.input('k', 'int64', []), nested.input('on', 'bool', []), nested.input('sum', 'float32', [2])];
  nested.output(nested.op('Identity', [told]), 'bool', []);
  nested.output(nested.op('Add', [nested.op('Add', [sum, 'x']), nested.op('Cast', [at], { to: 1 })]), 'float32', [2]);
  const body = new GraphBuilder({ opset: 18, prefix: 'body/' });
  const i = body.input('i', 'int64', []);
  const go = body.input('go', 'bool', []);
  const state = body.input('state', 'float32', [2]);
  const list = body.input('list', 'float32', ['m']);
  const deeper = body.op('Loop', [body.i64(inner), '', state], { body: graph(nested.graph()) });
  const next = body.op('Mul', [deeper, body.op('Cast', [body.op('Add', [i, body.i64(1)])], { to: 1 })]);
  const positive = body.op('Greater', [body.op('ReduceSum', [next], { keepdims: 0 }), body.f32(-1000)]);
  body.output(byData ? positive : body.op('Identity', [go]), 'bool', []);
  body.output(next, 'float32', [2]);
  body.output(body.op('Concat', [list, next], { axis: 0 }), 'float32', null);
  body.output(body.op('Neg', [next]), 'float32', [2]);
  const [last, all, stacked] = b.ops('Loop', [b.i64(trips), '', x, x], 3, { body: graph(body.graph()) });
  for (const name of [last!, all!, stacked!]) b.output(name, 'float32', null);
  return b.model();
}

/** Running sums of two scanned tensors, one of them from its end, along different axes. */
function scanning(): Model {
  const b = new GraphBuilder({ opset: 18 });
  const x = b.input('x', 'float32', ['n', 2]);
  const y = b.input('y', 'float32', [2, 'n']);
  const body = new GraphBuilder({ opset: 18, prefix: 'body/' });
  const [s, p, q] = ['s', 'p', 'q'].map((name) => body.input(name, 'float32', [2])) as [string, string, string];
  const next = body.op('Sub', [body.op('Add', [s, p]), q]);
  body.output(next, 'float32', [2]);
  body.output(body.op('Mul', [next, q]), 'float32', [2]);
  const [last, all] = b.ops('Scan', [b.f32([0, 1]), x, y], 2, {
    body: graph(body.graph()),
    num_scan_inputs: 2,
    scan_input_axes: [0, -1],
    scan_input_directions: [0, 1],
    scan_output_axes: [1],
    scan_output_directions: [1],
  });
  for (const name of [last!, all!]) b.output(name, 'float32', null);
  return b.model();
}

async function same(given: Model, plain: Model, feeds: Parameters<typeof runReference>[1]): Promise<void> {
  const [expected, actual] = [await runReference(given, feeds), await runReference(plain, feeds)];
  for (const [name, { data, dims }] of Object.entries(expected)) {
    expect(actual[name]!.dims).toEqual(dims);
    expect([...(actual[name]!.data as Float32Array)]).toEqual([...(data as Float32Array)]);
  }
}

const loops = (model: Model): number => model.graph.nodes.filter((node) => recurrenceOf(node) !== null).length;

describe('unrollLoops', () => {
  it.each([1, 2, 4])('writes %i iterations of a Loop with a Loop inside, of states that grow', async (trips) => {
    const plain = unrollLoops(growing(trips, 3));
    expect(loops(plain)).toBe(0);
    await same(growing(trips, 3), plain, { x: { dims: [2] } });
  });

  it('writes a Scan of known length, along any axis in any direction', async () => {
    const plain = unrollLoops(scanning(), { shapes: { x: [4, 2], y: [2, 4] } });
    expect(loops(plain)).toBe(0);
    await same(scanning(), plain, { x: { dims: [4, 2] }, y: { dims: [2, 4] } });
  });

  it('leaves loops that are too long, of unknown length, or ended by data', () => {
    expect(loops(unrollLoops(growing(40, 3), { most: 100 }))).toBe(1);
    expect(loops(unrollLoops(scanning()))).toBe(1);
    expect(loops(unrollLoops(growing(3, 3, true)))).toBe(1);
  });

  it('leaves a loop that computes nothing very often', () => {
    const body = new GraphBuilder({ opset: 18 });
    const [, go, state] = [body.input('i', 'int64', []), body.input('go', 'bool', []), body.input('state', 'float32', [2])];
    body.output(go, 'bool', []);
    body.output(state, 'float32', [2]);
    const b = new GraphBuilder({ opset: 18 });
    const x = b.input('x', 'float32', [2]);
    b.output(b.op('Loop', [b.i64(2 ** 40), '', x], { body: graph(body.graph()) }), 'float32', [2]);
    expect(unrollLoops(b.model()).graph.nodes.map((node) => node.op)).toEqual(['Loop']);
  });
});
