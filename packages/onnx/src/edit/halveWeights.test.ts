import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import { classOutput } from '../layers/classOutput.js';
import { discoverLayers } from '../layers/discover.js';
import { read } from '../read/read.js';
import { readTensor } from '../tensor/readTensor.js';
import type { Model } from '../types.js';
import { write } from '../write/write.js';
import { halveWeights } from './halveWeights.js';

function classifier(weight: (i: number) => number): Model {
  const b = new GraphBuilder();
  const kernel = b.f32(
    Float32Array.from({ length: 64 * 3 * 9 }, (_, i) => weight(i)),
    [64, 3, 3, 3],
  );
  const x = b.op('Conv', [b.input('image', 'float32', ['n', 3, 8, 8]), kernel], { kernel_shape: [3, 3] }, { output: 'conv' });
  const pooled = b.op('Flatten', [b.op('GlobalAveragePool', [b.op('Relu', [x])])]);
  const dense = b.f32(
    Float32Array.from({ length: 64 * 20 }, (_, i) => weight(i)),
    [64, 20],
  );
  b.output(b.op('Gemm', [pooled, dense, b.f32(new Float32Array(20).fill(0.1), [20])]), 'float32', ['n', 20], 'scores');
  return b.model();
}

describe('halveWeights', () => {
  const model = classifier((i) => Math.sin(i) / 3);

  it('stores large weights in two bytes, rounded to nearest, and leaves small ones', () => {
    const halved = read(write(halveWeights(model)));
    const sizes = [...halved.graph.initializers.values()].map(({ dtype, dims }) => `${dtype} ${dims.join('×')}`);
    expect(sizes.sort()).toEqual(['float16 64×20', 'float16 64×3×3×3', 'float32 20']);
    expect(write(halveWeights(model)).length).toBeLessThan(0.6 * write(model).length);
    const stored = [...halved.graph.initializers.values()].find(({ dims }) => dims.length === 4)!;
    for (const [i, value] of (readTensor(stored) as Float32Array).entries())
      expect(Math.abs(value - Math.sin(i) / 3)).toBeLessThanOrEqual(2 ** -13);
  });

  it('leaves layers and class scores where they were', () => {
    const halved = halveWeights(model);
    const layers = (of: Model): unknown[] => discoverLayers(of).map(({ nodeIndex: _, ...layer }) => layer);
    expect(layers(halved)).toEqual(layers(model));
    expect(classOutput(halved)).toEqual(classOutput(model));
  });

  it('refuses weights that do not fit', () => {
    expect(() => halveWeights(classifier((i) => (i === 7 ? -1e5 : 0)))).toThrow('holds -100000, which float16 cannot hold');
  });
});
