import { createRandom, openModel, tensor } from '@incognita/runtime';
import { describe, expect, it } from 'vitest';
import { denseAutoencoder } from '../network/autoencoder.js';
import { exportNetwork, namedValues } from '../network/network.js';
import { initialValues } from '../training/initialValues.js';
import { layOut } from '../training/problem.js';
import { type TrainOptions, train } from '../training/train.node.js';
import { variational } from './variational.js';

const network = denseAutoencoder({ inputShape: [2, 3], latent: 2, hidden: [5] });
const problem = variational(network, { divergenceWeight: 0.7 });
const loader = { module: new URL('../../dist/testing/spirals.task.js', import.meta.url).href, export: 'ring' };
const options: TrainOptions = {
  ...{ problem, batchSize: 32, steps: 400, optimizer: { kind: 'adam' }, learningRate: 0.01, seed: 2 },
  batches: { loader, options: { shape: [2, 3] }, examplesPerEpoch: 1000 },
};

describe('the loss of a variational autoencoder', () => {
  it('is reconstruction and divergence as published, by loops in double precision', async () => {
    const values = initialValues(problem.parameters, 4).map((value, i) => value + 0.1 * Math.sin(i));
    const { slots } = layOut(problem.parameters);
    const parameters = Object.fromEntries(
      slots.map(({ name, dims, offset, size }) => [name, tensor('float32', dims, values.slice(offset, offset + size))]),
    );
    const random = createRandom(1);
    const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => random.gaussian());
    const [input, noise] = [numbers(3 * 6), numbers(3 * 2)];
    const model = await openModel(problem.model);
    const outputs = await model.run({
      ...{ ...parameters, input: tensor('float32', [3, 2, 3], input), 'code.noise': tensor('float32', [3, 2], noise) },
    });
    await model.dispose();
    const dense = (x: readonly number[], name: string): number[] => {
      const [weight, bias] = ['weight', 'bias'].map((part) => parameters[`${name}.${part}`]!.data as Float32Array);
      return [...bias!].map((b, to) => x.reduce((sum, value, from) => sum + value * weight![from * bias!.length + to]!, b));
    };
    const relu = (x: number[]): number[] => x.map((value) => Math.max(0, value));
    let [reconstruction, divergence] = [0, 0];
    for (let e = 0; e < 3; e++) {
      const x = [...input.subarray(6 * e, 6 * e + 6)];
      const code = relu(dense(x, 'encoder1'));
      const [mean, logVariance] = [dense(code, 'mean'), dense(code, 'logVariance')];
      const z = mean.map((m, i) => m + Math.exp(logVariance[i]! / 2) * noise[2 * e + i]!);
      const y = dense(relu(dense(z, 'decoder1')), 'output');
      reconstruction += y.reduce((sum, value, i) => sum + 0.5 * (value - x[i]!) ** 2, 0);
      divergence += mean.reduce((sum, m, i) => sum + 0.5 * (m ** 2 + Math.exp(logVariance[i]!) - 1 - logVariance[i]!), 0);
    }
    const scalar = (name: string): number => (outputs[name]!.data as Float32Array)[0]!;
    expect(scalar('reconstruction')).toBeCloseTo(reconstruction, 4);
    expect(scalar('divergence')).toBeCloseTo(divergence, 4);
    expect(scalar('loss')).toBeCloseTo((reconstruction + 0.7 * divergence) / 3, 4);
    expect(divergence).toBeGreaterThan(0.01);
  });

  it('makes an autoencoder that gives back what it sees; noise by the seed gives the same bytes on one worker as on two', async () => {
    const losses: number[] = [];
    const { values, statistics } = await train({ ...options, onStep: ({ loss }) => void losses.push(loss) });
    expect(losses.at(-1)).toBeLessThan(0.7 * losses[0]!);
    const model = await openModel(exportNetwork(network, namedValues(network, { values, statistics })));
    const { ring } = await import('../testing/spirals.task.js');
    const { input } = await ring({ shape: [2, 3] })({ step: 9999, from: 0, examples: 50 });
    const { output } = await model.run({ input: input! });
    await model.dispose();
    const [seen, given] = [input!.data as Float32Array, output!.data as Float32Array];
    const squares = (values: readonly number[]): number => values.reduce((sum, value) => sum + value ** 2, 0);
    expect(squares([...seen].map((value, i) => value - given[i]!))).toBeLessThan(0.3 * squares([...seen]));
    const short = { ...options, steps: 6 };
    const once = await train(short);
    expect(await train({ ...short, workers: 1 })).toEqual(once);
    expect(await train({ ...short, seed: 3 })).not.toEqual(once);
  });
});
