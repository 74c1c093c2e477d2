import { GraphBuilder, type Model } from '@incognita/onnx';
import { describe, expect, it } from 'vitest';
import { checkProblem } from '../testing/check.js';
import { noise } from '../testing/random.js';
import { vjp } from '../vjp.js';

/** Two tensors put together, read by convolutions directly and through an average. */
function branches(average: Record<string, number | number[]>): Model {
  const b = new GraphBuilder();
  const x = b.input('x', 'float32', [1, 2, 5, 6]);
  const weight = (dims: number[], seed: number): string => b.f32(noise(dims, seed).data as Float32Array, dims);
  const whole = b.op('Concat', [b.op('Tanh', [x]), b.op('Sigmoid', [x])], { axis: 1 });
  const smooth = b.op('AveragePool', [whole], average);
  const direct = b.op('Conv', [whole, weight([3, 4, 3, 3], 1)], { pads: [1, 1, 1, 1] });
  const through = b.op('Conv', [smooth, weight([3, 4, 1, 1], 2)]);
  b.output(b.op('Add', [direct, through], {}, { output: 'y' }), 'float32', [1, 3, 5, 6]);
  return b.model();
}

describe('the gradient of convolutions of a concatenation', () => {
  const window = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };
  for (const average of [{ ...window, count_include_pad: 1 }, window])
    it(`is taken part by part, also through an average: ${JSON.stringify(average)}`, async () => {
      const model = branches(average);
      const ops = vjp(model, { of: 'y', wrt: 'x' }).graph.nodes.map((node) => node.op);
      expect(ops.filter((op) => op === 'Split' || op === 'Slice')).toEqual([]);
      await checkProblem({ model, feeds: { x: noise([1, 2, 5, 6], 3) }, of: ['y'], wrt: ['x'] });
    });
});
