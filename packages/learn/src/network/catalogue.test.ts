import { classOutput, imageInput } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { NETWORKS, networkNamed } from './catalogue.js';
import { exportNetwork, namedValues, partsOf } from './network.js';
import { sizeOf } from './parameter.js';

describe('the networks that can be asked for by name', () => {
  it.each(NETWORKS.map(({ name }) => name))(
    '%s takes colour pictures of its side and gives class scores that are found',
    (name) => {
      const { make, sidePx } = networkNamed(name);
      const network = make({ classes: 7, width: 1 });
      const { parameters, statistics } = partsOf(network);
      const flat = (list: readonly { readonly dims: readonly number[] }[]): Float32Array =>
        new Float32Array(list.reduce((sum, { dims }) => sum + sizeOf(dims), 0)).fill(0.5);
      const model = exportNetwork(network, namedValues(network, { values: flat(parameters), statistics: flat(statistics) }));
      expect(imageInput(model)).toMatchObject({ name: 'input', channels: 3, height: sidePx, width: sidePx, batch: null });
      expect(classOutput(model)).toEqual({ tensor: 'output', classes: 7 });
    },
  );

  it('are wider where that is asked for, but for the one without hidden layers', () => {
    const size = (name: string, width: number): number =>
      partsOf(networkNamed(name).make({ classes: 5, width })).parameters.reduce((sum, { dims }) => sum + sizeOf(dims), 0);
    for (const name of ['mlp', 'lenet5', 'alexnet64']) expect(size(name, 2)).toBeGreaterThan(1.7 * size(name, 1));
    expect(() => size('linear', 2)).toThrow('multiplied by 2');
  });

  it('are offered where a name is wrong', () => {
    expect(() => networkNamed('alexnet')).toThrow('There is no network "alexnet"; did you mean alexnet64?');
    expect(() => networkNamed('Lenet')).toThrow('did you mean lenet5?');
  });
});
