import { createRandom, openModel, tensor } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { exportNetwork, type Network, partsOf } from './network.js';
import { NetworkBuilder } from './networkBuilder.js';
import { sizeOf } from './parameter.js';

/** A convolution and a dense layer, both normalized over the batch. */
const network: Network = {
  name: 'normalized',
  description: 'Two normalized layers.',
  inputShape: [2, 5, 5],
  outputs: 4,
  define: (b, input) => {
    const conv = b.relu(b.conv(input, { name: 'first', from: 2, to: 6, kernel: 3, groups: 2, batchNorm: true }));
    return b.dense(b.graph.op('Flatten', [conv]), { name: 'second', from: 6 * 9, to: 4, batchNorm: true });
  },
};

describe('batch normalization in a finished network', () => {
  it('gives what the training graph gave, when the running statistics are those of the batch', async () => {
    const random = createRandom(3);
    const draw = (dims: readonly number[]): Float32Array => Float32Array.from({ length: sizeOf(dims) }, () => random.gaussian());
    const { parameters, statistics } = partsOf(network);
    const values = new Map(parameters.map(({ name, dims }) => [name, draw(dims)]));
    const batch = tensor('float32', [7, 2, 5, 5], draw([7, 2, 5, 5]));

    const b = new NetworkBuilder('training');
    const output = network.define(b, b.graph.input('input', 'float32', ['n', 2, 5, 5]));
    b.graph.output(output, 'float32', ['n', 4], 'output');
    const training = await openModel(b.graph.model());
    const feeds = Object.fromEntries(parameters.map(({ name, dims }) => [name, tensor('float32', dims, values.get(name)!)]));
    const trained = await training.run({ ...feeds, input: batch });
    await training.dispose();

    for (const { name } of statistics) values.set(name, trained[name]!.data as Float32Array);
    const finished = await openModel(exportNetwork(network, values));
    const { output: result } = await finished.run({ input: batch });
    await finished.dispose();

    const expected = trained.output!.data as Float32Array;
    for (const [i, value] of (result!.data as Float32Array).entries()) expect(value).toBeCloseTo(expected[i]!, 4);
    // Normalized over the batch, each output has the mean of its shift: the comparison is not of zeros.
    const shift = values.get('second.bias')!;
    for (let unit = 0; unit < 4; unit++) {
      const mean = Array.from({ length: 7 }, (_, row) => expected[row * 4 + unit]!).reduce((a, c) => a + c, 0) / 7;
      expect(mean).toBeCloseTo(shift[unit]!, 4);
    }
  });
});
