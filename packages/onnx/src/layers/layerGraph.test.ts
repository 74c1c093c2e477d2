import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { read } from '../read/read.js';
import { modelBytes } from '../testing/models.node.js';
import type { Model } from '../types.js';
import { type LayerPlace, layerGraph } from './layerGraph.js';

const has = (name: string) => modelBytes(name) !== null;
const at = (places: readonly LayerPlace[], name: string) => {
  const { reads, block } = places.find(({ layer }) => layer.name === name)!;
  return { reads, block };
};

/** stem → (a → b) + stem → (c → d) + the sum before: two residual sums without any names. */
function residual(): Model {
  const b = new GraphBuilder();
  const conv = (x: string) => ops.conv(b, x, b.f32(new Float32Array(9), [3, 3, 1, 1]));
  let x = ops.relu(b, conv(b.input('x', 'float32', ['n', 3, 8, 8])));
  for (let block = 0; block < 2; block++) x = ops.relu(b, ops.add(b, conv(ops.relu(b, conv(x))), x));
  b.output(ops.flatten(b, ops.globalAveragePool(b, x)), 'float32', ['n', 3], 'y');
  return b.model();
}

describe('the graph of layers', () => {
  it('finds what a residual sum is made of by structure, and that the stem is no part of it', () => {
    const places = layerGraph(residual());
    expect(places.map(({ layer, reads, block }) => [layer.name, reads, block])).toEqual([
      ['conv1', [], null],
      ['conv2', ['conv1'], 'block1'],
      ['conv3', ['conv2'], 'block1'],
      ['block1', ['conv1', 'conv3'], null],
      ['conv4', ['block1'], 'block2'],
      ['conv5', ['conv4'], 'block2'],
      ['block2', ['block1', 'conv5'], null],
    ]);
  });

  it.runIf(has('squeezenet1_1.onnx'))('takes the exporter at its word: the squeeze is a part of the fire module', () => {
    const places = layerGraph(read(modelBytes('squeezenet1_1.onnx')!));
    expect(at(places, 'fire2')).toEqual({ reads: ['fire2.expand1x1', 'fire2.expand3x3'], block: null });
    expect(at(places, 'fire2.expand3x3')).toEqual({ reads: ['fire2.squeeze'], block: 'fire2' });
    expect(at(places, 'fire2.squeeze')).toEqual({ reads: ['pool'], block: 'fire2' });
    expect(at(places, 'pool_1')).toEqual({ reads: ['fire3'], block: null });
  });

  it.runIf(has('inception_v3_trunk.onnx'))('folds a thousand nodes of Inception into nine blocks and the way to them', () => {
    const outside = layerGraph(read(modelBytes('inception_v3_trunk.onnx')!)).filter(({ block }) => block === null);
    expect(outside.filter(({ layer }) => layer.kind === 'block')).toHaveLength(9);
    expect(outside.length).toBeLessThan(20);
  });

  it
    .runIf(has('exported/vit.dynamo.onnx'))
    .each(['vit', 'swin', 'convnext', 'resnet', 'densenet', 'efficientnet', 'mobilenet_v3'])(
    'leaves no layer of %s without a way from the input',
    (name) => {
      const places = layerGraph(read(modelBytes(`exported/${name}.dynamo.onnx`)!));
      const known = new Set<string>();
      for (const { layer, reads, block } of places) {
        for (const other of reads) expect(known).toContain(other);
        if (block !== null) expect(places.some((place) => place.layer.name === block && place.layer.kind === 'block')).toBe(true);
        known.add(layer.name);
      }
      expect(places.filter(({ reads }) => reads.length === 0)).toHaveLength(1);
    },
  );
});
