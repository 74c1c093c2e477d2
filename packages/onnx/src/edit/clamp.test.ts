import { describe, expect, it } from 'vitest';
import { GraphBuilder, tensorOf } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { UnknownTensorError } from '../errors.js';
import { constantTensor } from '../tensor/constants.js';
import { runReference } from '../testing/session.node.js';
import type { Model } from '../types.js';
import { clamp } from './clamp.js';
import { rewire } from './rewire.js';
import { tap } from './tap.js';

/** r = relu(x), y = r + 1, z = 10 r; r is an output, too. */
function model(): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 3]);
  const r = b.op('Relu', [x], {}, { output: 'r' });
  b.output(r, 'float32', ['n', 3]);
  b.output(ops.add(b, r, b.f32(1)), 'float32', ['n', 3], 'y');
  b.output(ops.mul(b, r, b.f32(10)), 'float32', ['n', 3], 'z');
  return b.model();
}
const x = { dims: [2, 3], data: [1, -2, 3, 4, 5, -6] };
const run = async (edited: Model, feeds: Parameters<typeof runReference>[1] = {}) => {
  const result = await runReference(edited, { x, ...feeds });
  return Object.fromEntries(Object.entries(result).map(([name, { data }]) => [name, [...data]]));
};

describe('clamp', () => {
  it('sets a tensor for every reader and for the output of its name', async () => {
    const edited = clamp(model(), [{ tensor: 'r', kind: 'set', value: tensorOf('float32', 7) }]);
    expect(await run(edited)).toEqual({ r: Array(6).fill(7), y: Array(6).fill(8), z: Array(6).fill(70) });
  });

  it('adds and scales at the places of a mask, by inputs of the graph', async () => {
    const edited = clamp(model(), [
      { tensor: 'r', kind: 'scale', mask: 'input', name: 'first' },
      { tensor: 'r', kind: 'add', mask: constantTensor('bool', [1, 0, 0], [1, 3]), name: 'second' },
    ]);
    expect(edited.graph.inputs.map((v) => v.name)).toEqual(['x', 'value:first', 'mask:first', 'value:second']);
    const { r } = await run(edited, {
      'value:first': { dims: [1, 1], data: [2] },
      'mask:first': { dims: [2, 1], data: [0, 1] },
      'value:second': { dims: [1, 1], data: [0.5] },
    });
    expect(r).toEqual([1.5, 0, 3, 8.5, 10, 0]);
  });

  it('leaves every bit alone where the mask is false', async () => {
    const edited = clamp(model(), [{ tensor: 'r', kind: 'add', mask: 'input' }]);
    const feeds = { 'value:r': { dims: [1, 1], data: [Number.POSITIVE_INFINITY] }, 'mask:r': { dims: [1, 1], data: [0] } };
    expect(await run(edited, feeds)).toEqual(await run(model()));
  });

  it('keeps what was there before, for taps', async () => {
    const edited = tap(clamp(model(), [{ tensor: 'r', kind: 'scale', value: tensorOf('float32', 0) }]), ['r:before']);
    expect(await run(edited)).toMatchObject({ r: Array(6).fill(0), 'r:before': [1, 0, 3, 4, 5, 0] });
  });

  it('writes inputs and constants, whose names stay', async () => {
    const edited = clamp(model(), [{ tensor: 'x', kind: 'add', value: tensorOf('float32', 100) }]);
    expect((await run(edited)).r).toEqual([101, 98, 103, 104, 105, 94]);
  });

  it('writes half-precision tensors by float32 inputs', () => {
    const b = new GraphBuilder();
    b.output(b.op('Relu', [b.input('x', 'float16', [3])], {}, { output: 'r' }), 'float16', [3]);
    const edited = clamp(b.model(), [{ tensor: 'r', kind: 'add' }]);
    expect(edited.graph.inputs[1]!.type!.dtype).toBe('float32');
    expect(edited.graph.nodes.map((node) => node.op)).toEqual(['Relu', 'Cast', 'Add']);
  });

  it('refuses tensors that do not exist or hold no real numbers', () => {
    expect(() => clamp(model(), [{ tensor: 'rr', kind: 'set' }])).toThrow(UnknownTensorError);
    const b = new GraphBuilder();
    b.output(b.input('ids', 'int64', [1]), 'int64', [1], 'same');
    expect(() => clamp(b.model(), [{ tensor: 'ids', kind: 'set' }])).toThrow(/holds int64/);
  });
});

describe('rewire', () => {
  it('puts any computation behind a tensor, which may read others', async () => {
    const edited = rewire(model(), 'y', (b, y) => ops.mul(b, y, 'z'));
    expect((await run(edited)).y).toEqual([20, 0, 120, 200, 300, 0]);
  });

  it('refuses a computation that depends on its own result', () => {
    expect(() => rewire(model(), 'r', (b, r) => ops.add(b, r, 'z'))).toThrow(/cycle/);
  });

  it('leaves the model alone where nothing is written', () => {
    const one = model();
    expect(rewire(one, 'r', (_, r) => r)).toBe(one);
  });
});
