import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { noise } from '../testing/random.js';
import { run } from '../testing/run.js';
import { poolsBeforeConcats } from './poolsBeforeConcats.js';

const pool = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };

function network(axis = 1): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [1, 2, 7, 7]);
  const parts = [b.op('Relu', [x], {}, { output: 'y/part 0' }), b.op('Sigmoid', [x]), b.op('Neg', [x])];
  const whole = b.op('Concat', parts, { axis }, { output: 'whole' });
  b.op('MaxPool', [whole], pool, { output: 'y' });
  b.output('y', 'float32', null);
  return b.model();
}

const ops = (model: Model): string[] => model.graph.nodes.map((node) => node.op);

describe('max-pools of concatenations', () => {
  it('become concatenations of max-pools with the same numbers', async () => {
    const [before, after] = [network(), poolsBeforeConcats(network(), new Set())];
    expect(ops(after)).toEqual(['Relu', 'Sigmoid', 'Neg', 'MaxPool', 'MaxPool', 'MaxPool', 'Concat']);
    const x = noise([1, 2, 7, 7], 1);
    const [a, b] = [await run(before, { x }), await run(after, { x })];
    expect(b.y!.dims).toEqual(a.y!.dims);
    expect(b.y!.data).toEqual(a.y!.data);
  });

  it('stay where somebody else needs the whole, or it is put together along another axis', () => {
    expect(poolsBeforeConcats(network(), new Set(['whole']))).toEqual(network());
    expect(poolsBeforeConcats(network(2), new Set())).toEqual(network(2));
    const given = network();
    const shown = { ...given, graph: { ...given.graph, outputs: [...given.graph.outputs, { name: 'whole', type: null }] } };
    expect(ops(poolsBeforeConcats(shown as Model, new Set()))).toEqual(ops(shown as Model));
  });
});
