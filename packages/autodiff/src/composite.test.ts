import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { operatorsWithoutRule } from './operators.js';
import { vjp } from './vjp.js';

describe('composite operators of the default domain', () => {
  /** y = shrink(x), z = shrink(w) · y. */
  function besideTheWay(): Model {
    const b = new GraphBuilder();
    const [x, w] = [b.input('x', 'float32', ['n', 3]), b.input('w', 'float32', ['n', 3])];
    const y = b.op('Shrink', [x], {}, { output: 'y' });
    b.output(b.op('Mul', [b.op('Shrink', [w]), y], {}, { output: 'z' }), 'float32', ['n', 3]);
    return b.model();
  }

  it('keep their fused kernel beside the way', () => {
    const gradient = vjp(besideTheWay(), { of: 'z', wrt: 'x' });
    expect(gradient.graph.nodes.filter((node) => node.op === 'Shrink')).toHaveLength(1);
  });

  it('keep the names of their outputs', () => {
    const gradient = vjp(besideTheWay(), { of: 'z', wrt: 'y', keep: ['y'] });
    expect(gradient.graph.outputs.map((value) => value.name)).toEqual(['grad:y', 'y']);
  });

  it('are not reported as operators without a rule', () => {
    expect(operatorsWithoutRule(besideTheWay())).toEqual([]);
  });
});
