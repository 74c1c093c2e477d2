import { GraphBuilder, type Model } from '@incognita/onnx';
import { expect, it } from 'vitest';
import { jvp } from '../jvp.js';
import { inner, noise } from '../testing/random.js';
import { relativeError, run } from '../testing/run.js';
import { vjp } from '../vjp.js';

const constant = (b: GraphBuilder, dims: readonly number[], seed: number): string =>
  b.f32(noise(dims, seed).data as Float32Array, dims);

function block(biased: boolean): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 7, 5]);
  const normal = b.op('LayerNormalization', [x, constant(b, [5], 1), constant(b, [5], 2)]);
  const product = b.op('MatMul', [normal, constant(b, [5, 9], 3)]);
  b.output(b.op('Tanh', [biased ? b.op('Add', [constant(b, [9], 4), product]) : product]), 'float32', ['n', 7, 9], 'y');
  return b.model();
}

for (const biased of [false, true])
  it(`a matrix product with a constant ${biased ? 'and a bias ' : ''}after a layer normalization takes one mean backwards`, async () => {
    const model = block(biased);
    const normal = model.graph.nodes[0]!.outputs[0]!;
    const back = vjp(model, { of: 'y', wrt: 'x', keep: ['y', normal] });
    expect(back.graph.nodes.filter((node) => node.op === 'ReduceMean').length).toBe(1);
    const [image, tangent, cotangent] = [noise([2, 7, 5], 4), noise([2, 7, 5], 5), noise([2, 7, 9], 6)];
    const there = await run(jvp(model, { of: 'y', wrt: 'x', keep: ['y', normal] }), { x: image, 'tangent:x': tangent });
    const results = await run(back, { x: image, 'cotangent:y': cotangent });
    for (const name of ['y', normal])
      expect(relativeError(results[name]!.data as Float32Array, there[name]!.data as Float32Array)).toBeLessThan(1e-6);
    const [left, right] = [inner(cotangent.data, there['tangent:y']!.data), inner(results['grad:x']!.data, tangent.data)];
    expect(Math.abs(left - right)).toBeLessThan(1e-4 * Math.abs(left));
  });
