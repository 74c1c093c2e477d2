import { expect, it } from 'vitest';
import { GraphBuilder } from '../build/builder.js';
import * as ops from '../build/ops.js';
import { opset } from './opset.js';
import { parameterCount, summary } from './summary.js';

function model() {
  const b = new GraphBuilder({ opset: 17 });
  const x = ops.reshape(b, b.input('x', 'float32', ['n', 4]), [0, 4]);
  b.output(ops.relu(b, ops.gemm(b, x, b.f32(new Float32Array(12), [4, 3]), b.f32([1, 2, 3]))), 'float32', ['n', 3], 'y');
  return b.model();
}

it('counts floating-point parameters and not shape constants', () => {
  expect(parameterCount(model())).toBe(15);
});

it('summarizes a model', () => {
  expect(summary(model())).toMatchObject({
    nodes: 4,
    operators: { Gemm: 1, Identity: 1, Relu: 1, Reshape: 1 },
    opsets: { '': 17 },
  });
  expect(opset(model())).toBe(17);
  expect(opset(model(), 'com.microsoft')).toBe(0);
});
