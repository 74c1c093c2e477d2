import { float, GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { operatorsWithoutRule } from './operators.js';
import { checkCase } from './testing/check.js';
import { vjp } from './vjp.js';

describe('composite operators of the default domain', () => {
  it('Shrink, ThresholdedRelu and Swish are differentiated through the operators they are made of', async () => {
    await checkCase({ op: 'Shrink', inputs: [[3, 7]], attributes: { lambd: float(0.4), bias: float(0.1) }, range: [-1, 1] });
    await checkCase({ op: 'ThresholdedRelu', inputs: [[3, 7]], attributes: { alpha: float(0.3) }, range: [-1, 1] });
  });

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
