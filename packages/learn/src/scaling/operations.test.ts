import { describe, expect, it } from 'vitest';
import { alexNet } from '../network/alexNet.js';
import { multiLayerPerceptron } from '../network/multiLayerPerceptron.js';
import { exportNetwork, type Network, partsOf } from '../network/network.js';
import { sizeOf } from '../network/parameter.js';
import { multiplyAdditions, trainingOperations } from './operations.js';

const exported = (network: Network) =>
  exportNetwork(network, new Map(partsOf(network).parameters.map(({ name, dims }) => [name, new Float32Array(sizeOf(dims))])));

describe('the count of multiply-additions', () => {
  it("is a perceptron's number of weights", () => {
    expect(multiplyAdditions(exported(multiLayerPerceptron({ inputShape: [3, 4, 4], classes: 7, hidden: [10] })))).toBe(
      48 * 10 + 10 * 7,
    );
  });

  it('is three times as much in training, two operations each', () => {
    expect(trainingOperations(multiLayerPerceptron({ inputShape: [4], classes: 3, hidden: [] }))).toBe(6 * 12);
  });

  it("is AlexNet's, layer by layer from the published shapes", () => {
    const layers = [
      55 * 55 * 96 * 11 * 11 * 3,
      27 * 27 * 256 * 5 * 5 * 48,
      13 * 13 * 384 * 3 * 3 * 256,
      13 * 13 * 384 * 3 * 3 * 192,
      13 * 13 * 256 * 3 * 3 * 192,
      9216 * 4096,
      4096 * 4096,
      4096 * 1000,
    ];
    expect(multiplyAdditions(exported(alexNet({ classes: 1000 })))).toBe(layers.reduce((a, b) => a + b, 0));
  });
});
