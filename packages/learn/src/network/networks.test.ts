import { inferShapes } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { alexNet } from './alexNet.js';
import { alexNet64 } from './alexNet64.js';
import { leNet5 } from './leNet5.js';
import { multiLayerPerceptron } from './multiLayerPerceptron.js';
import { exportNetwork, type Network, partsOf } from './network.js';
import { sizeOf } from './parameter.js';

/** Values for every parameter and statistic. */
function filled(network: Network): Map<string, Float32Array> {
  const { parameters, statistics } = partsOf(network);
  return new Map([...parameters, ...statistics].map(({ name, dims }) => [name, new Float32Array(sizeOf(dims)).fill(1)]));
}

const shapesOf = (network: Network, names: readonly string[]): unknown[] => {
  const types = inferShapes(exportNetwork(network, filled(network)));
  return names.map((name) => types.get(name)?.shape);
};

const parameterCount = (network: Network): number => partsOf(network).parameters.reduce((sum, { dims }) => sum + sizeOf(dims), 0);

describe('AlexNet', () => {
  it('has the 60,965,224 parameters of the published network', () => {
    expect(parameterCount(alexNet({ classes: 1000 }))).toBe(60_965_224);
  });

  it('has the published shapes of layers', () => {
    const network = alexNet({ classes: 10 });
    expect(shapesOf(network, ['conv1', 'pool1', 'conv2', 'pool2', 'conv3', 'conv4', 'conv5', 'pool5', 'fc6', 'fc7'])).toEqual([
      ['n', 96, 55, 55],
      ['n', 96, 27, 27],
      ['n', 256, 27, 27],
      ['n', 256, 13, 13],
      ['n', 384, 13, 13],
      ['n', 384, 13, 13],
      ['n', 256, 13, 13],
      ['n', 256, 6, 6],
      ['n', 4096],
      ['n', 4096],
    ]);
  });

  it('has 96 kernels of 7 × 7 in its 64-pixel form', () => {
    const first = partsOf(alexNet64({ classes: 5 })).parameters[0]!;
    expect(first).toMatchObject({ name: 'conv1.weight', dims: [96, 3, 7, 7] });
    expect(shapesOf(alexNet64({ classes: 5 }), ['conv1', 'pool1', 'pool2', 'pool5', 'output'])).toEqual([
      ['n', 96, 32, 32],
      ['n', 96, 15, 15],
      ['n', 192, 7, 7],
      ['n', 192, 3, 3],
      ['n', 5],
    ]);
  });
});

describe('smaller networks', () => {
  it('LeNet-5 has its feature maps of 28, 14, 10 and 5 pixels', () => {
    expect(shapesOf(leNet5({ classes: 10 }), ['c1', 'c3', 'c5', 'f6', 'output'])).toEqual([
      ['n', 6, 28, 28],
      ['n', 16, 10, 10],
      ['n', 120],
      ['n', 84],
      ['n', 10],
    ]);
  });

  it('a perceptron without hidden layers is one matrix and one bias', () => {
    expect(parameterCount(multiLayerPerceptron({ inputShape: [3, 4, 4], classes: 7, hidden: [] }))).toBe(48 * 7 + 7);
  });

  it('says which parameter has no values', () => {
    const network = multiLayerPerceptron({ inputShape: [4], classes: 2 });
    expect(() => exportNetwork(network, new Map())).toThrow('"hidden1.weight" has shape [4,256], but no values');
  });
});
