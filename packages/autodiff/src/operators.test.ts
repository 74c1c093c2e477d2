import { readFileSync, writeFileSync } from 'node:fs';
import { GraphBuilder } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { type EngineTable, operatorTable } from './conformance/operatorTable.js';
import { sinceVersion } from './conformance/sinceVersion.js';
import { operatorsWithoutRule, supportedOperators } from './operators.js';

const page = new URL('../../../docs/operators.md', import.meta.url);
const engines = JSON.parse(readFileSync(new URL('./conformance/engines.json', import.meta.url), 'utf8')) as EngineTable;

describe('the list of operators', () => {
  it('is the page docs/operators.md (UPDATE=1 rewrites it)', () => {
    if (process.env.UPDATE === '1') writeFileSync(page, operatorTable(engines));
    expect(readFileSync(page, 'utf8')).toBe(operatorTable(engines));
  });

  it('knows since when each operator of the specification exists', () => {
    const standard = supportedOperators().filter(({ domain }) => domain === '');
    // ONNX Runtime writes this one of its own operators in the default domain.
    const foreign = new Set(['SimplifiedLayerNormalization']);
    expect(standard.filter(({ op }) => !sinceVersion.has(op) && !foreign.has(op))).toEqual([]);
  });

  it('holds what the convolutional families need', () => {
    const names = new Set(supportedOperators().map(({ op }) => op));
    for (const op of ['Conv', 'Relu', 'MaxPool', 'AveragePool', 'Concat', 'Gemm', 'LRN', 'BatchNormalization'])
      expect(names).toContain(op);
  });

  it('knows that operators which later operator sets do not have are upgraded', () => {
    const b = new GraphBuilder({ opset: 9 });
    const scales = b.f32([1, 1, 2, 2]);
    b.output(b.op('Upsample', [b.input('x', 'float32', [1, 1, 2, 2]), scales]), 'float32', null);
    expect(operatorsWithoutRule(b.model())).toEqual([]);
  });

  it('names the nodes of a model that no gradient can pass, but not those that rightly pass none', () => {
    const b = new GraphBuilder();
    const x = b.input('x', 'float32', [2, 2]);
    b.output(b.op('Warp', [b.op('Reshape', [x, b.op('Shape', [x])])], {}, { domain: 'test' }), 'float32', []);
    expect(operatorsWithoutRule(b.model())).toEqual([{ op: 'test.Warp', node: 'warp' }]);
  });
});
