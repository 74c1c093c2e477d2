import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { MissingRuleError } from '../errors.js';
import { jvp } from '../jvp.js';
import { vjp } from '../vjp.js';

type Attributes = Parameters<GraphBuilder['op']>[2];

function model(op: string, dims: readonly (number | string)[], attributes: Attributes, more: readonly number[][] = []): Model {
  const b = new GraphBuilder({ opset: 20 });
  const inputs = [b.input('x', 'float32', [...dims]), ...more.map((list) => b.i64(list))];
  b.output(b.op(op, inputs, attributes, { output: 'y' }), 'float32', null);
  return b.model();
}

const ends = { of: 'y', wrt: 'x' };
const dims = [1, 1, 40_000, 40_000];

describe('windows and axes that no tensor has', () => {
  it('are refused where their constants would fill the memory', () => {
    const power = model('LpPool', dims, { kernel_shape: [20_000, 20_000], strides: [2, 2] });
    expect(() => vjp(power, ends)).toThrow(/would have 400000000 numbers.*GlobalAveragePool/);
    expect(() => jvp(power, ends)).toThrow(MissingRuleError);
    const average = model('AveragePool', dims, { kernel_shape: [20_000, 20_000], strides: [2, 2] });
    expect(() => vjp(average, ends)).toThrow(MissingRuleError);
    const blocks = model('Col2Im', [1, 'blocks', 'n'], {}, [
      [100_000, 100],
      [10_000, 1],
    ]);
    expect(() => vjp(blocks, ends)).toThrow(/100000000 numbers/);
  });

  it('are refused where the gradient would have a node for each place', () => {
    const maxima = model('MaxPool', dims, { kernel_shape: [1, 20_000], strides: [1, 1] });
    expect(() => vjp(maxima, ends)).toThrow(/20000 nodes.*ReduceMax/);
  });

  it('do not make lists of axes', () => {
    const normal = new GraphBuilder({ opset: 20 });
    const x = normal.input('x', 'float32', [2, 3]);
    normal.output(
      normal.op('LayerNormalization', [x, normal.f32([1, 1, 1])], { axis: -(2 ** 31) }, { output: 'y' }),
      'float32',
      null,
    );
    expect(() => vjp(normal.model(), ends)).toThrow(/attribute axis is -2147483648/);
  });

  it('leave the shares of very many windows to the run', () => {
    const average = model('AveragePool', dims, { kernel_shape: [3, 3], strides: [3, 3], pads: [1, 1, 1, 1] });
    expect(vjp(average, ends).graph.nodes.length).toBeGreaterThan(5);
  });
});
