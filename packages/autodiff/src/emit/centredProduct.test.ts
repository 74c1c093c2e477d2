import { GraphBuilder } from '@incognita/onnx';
import { expect, it } from 'vitest';
import { jvp } from '../jvp.js';
import { inner, noise } from '../testing/random.js';
import { run } from '../testing/run.js';
import { vjp } from '../vjp.js';

it('the gradient of a matrix product with a constant after a layer normalization takes one mean, and is dual to the tangent', async () => {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', ['n', 7, 5]);
  const constant = (dims: readonly number[], seed: number): string => b.f32(noise(dims, seed).data as Float32Array, dims);
  const normal = b.op('LayerNormalization', [x, constant([5], 1), constant([5], 2)]);
  b.output(b.op('MatMul', [normal, constant([5, 9], 3)]), 'float32', ['n', 7, 9], 'y');
  const model = b.model();
  const back = vjp(model, { of: 'y', wrt: 'x' });
  expect(back.graph.nodes.filter((node) => node.op === 'ReduceMean').length).toBe(1);
  const [image, tangent, cotangent] = [noise([2, 7, 5], 4), noise([2, 7, 5], 5), noise([2, 7, 9], 6)];
  const gradient = (await run(back, { x: image, 'cotangent:y': cotangent }))['grad:x']!;
  const moved = (await run(jvp(model, { of: 'y', wrt: 'x' }), { x: image, 'tangent:x': tangent }))['tangent:y']!;
  const [left, right] = [inner(cotangent.data, moved.data), inner(gradient.data, tangent.data)];
  expect(Math.abs(left - right)).toBeLessThan(1e-4 * Math.abs(left));
});
