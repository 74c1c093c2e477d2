import { GraphBuilder } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { operatorsWithoutRule, supportedOperators } from './operators.js';

describe('the list of operators', () => {
  it('holds what the convolutional families need', () => {
    const names = new Set(supportedOperators().map(({ op }) => op));
    for (const op of ['Conv', 'Relu', 'MaxPool', 'AveragePool', 'Concat', 'Gemm', 'LRN', 'BatchNormalization'])
      expect(names).toContain(op);
  });

  it('names the nodes of a model that no gradient can pass, but not those that rightly pass none', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', [2, 2]);
    b.output(b.op('Warp', [b.op('Reshape', [x, b.op('Shape', [x])])], {}, { domain: 'test' }), 'float32', []);
    expect(operatorsWithoutRule(b.model())).toEqual([{ op: 'test.Warp', node: 'warp' }]);
  });
});
