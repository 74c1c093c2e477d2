import { decodePicture } from '@incognita/vision';
import { describe, expect, it } from 'vitest';
import { leNet5 } from '../network/leNet5.js';
import { multiLayerPerceptron } from '../network/multiLayerPerceptron.js';
import { exportNetwork, partsOf } from '../network/network.js';
import { initialValues } from '../training/initialValues.js';
import { unitPictures } from './unitPictures.node.js';
import { watchedUnits } from './watchedUnits.js';

/** A network as it is before it learns. */
function someNetwork(network = leNet5({ classes: 5, channels: 3 })) {
  const { parameters } = partsOf(network);
  const values = initialValues(parameters, 1);
  let at = 0;
  const named = parameters.map(({ name, dims }) => {
    const from = at;
    at += dims.reduce((a, b) => a * b, 1);
    return [name, values.subarray(from, at)] as const;
  });
  return exportNetwork(network, new Map(named));
}

describe('units that are watched while a network learns', () => {
  it('are spread over the channels of its last convolution and its classes', () => {
    expect(watchedUnits(someNetwork(), { classes: 5, count: 6 })).toEqual([
      ...[0, 5, 10].map((index) => ({ kind: 'channel', index })),
      ...[0, 1, 3].map((index) => ({ kind: 'class', index })),
    ]);
    const dense = someNetwork(multiLayerPerceptron({ inputShape: [3, 32, 32], classes: 5 }));
    expect(watchedUnits(dense, { classes: 5, count: 8 }).map(({ kind }) => kind)).toEqual(new Array(5).fill('class'));
  });

  it('answer more to their pictures the longer those are optimised', async () => {
    const model = someNetwork();
    const units = watchedUnits(model, { classes: 5, count: 4 });
    const common = { units, classes: 5, sidePx: 32 };
    const short = await unitPictures(model, { ...common, steps: 1 });
    const long = await unitPictures(model, { ...common, steps: 32 });
    const sum = (scores: Float32Array) => scores.reduce((a, b) => a + b, 0);
    expect(sum(long.scores)).toBeGreaterThan(sum(short.scores) * 1.5);
    const sheet = await decodePicture(long.sheet);
    expect([sheet.width, sheet.height, long.columns]).toEqual([64, 64, 2]);
  });

  it('are left when the signal says so', async () => {
    const leaving = new AbortController();
    leaving.abort(new Error('enough'));
    const model = someNetwork();
    const units = watchedUnits(model, { classes: 5, count: 1 });
    await expect(unitPictures(model, { units, classes: 5, sidePx: 32, signal: leaving.signal })).rejects.toThrow('enough');
  });
});
