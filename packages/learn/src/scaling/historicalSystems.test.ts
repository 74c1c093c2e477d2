import { expect, it } from 'vitest';
import { alexNet } from '../network/alexNet.js';
import { partsOf } from '../network/network.js';
import { sizeOf } from '../network/parameter.js';
import { HISTORICAL_SYSTEMS } from './historicalSystems.js';
import { trainingOperations } from './operations.js';

it('gives a source for every number, and marks GPT-4 alone as rumours', () => {
  expect(HISTORICAL_SYSTEMS.map(({ name }) => name)).toEqual(['Perceptron', 'LeNet-5', 'AlexNet', 'GPT-2', 'GPT-3', 'GPT-4']);
  for (const { sources } of HISTORICAL_SYSTEMS) {
    expect(sources.map(({ of }) => of)).toEqual(['parameters', 'data', 'flops']);
    for (const { text, url } of sources) expect([text.length > 10, new URL(url).protocol]).toEqual([true, 'https:']);
  }
  expect(HISTORICAL_SYSTEMS.filter(({ speculative }) => speculative).map(({ name }) => name)).toEqual(['GPT-4']);
});

it("counts AlexNet's operations and parameters as the network itself has them", () => {
  const network = alexNet({ classes: 1000 });
  const { flops, parameters } = HISTORICAL_SYSTEMS.find(({ name }) => name === 'AlexNet')!;
  expect(parameters).toBe(partsOf(network).parameters.reduce((sum, { dims }) => sum + sizeOf(dims), 0));
  expect(flops).toBe(trainingOperations(network) * 1_200_000 * 90);
});
