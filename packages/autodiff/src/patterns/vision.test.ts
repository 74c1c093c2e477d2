import { describe, it } from 'vitest';
import { checkPattern, float, type Sketch } from '../testing/pattern.js';

/** x · sigmoid(x) of squeezed channels: what a squeeze-and-excitation block multiplies by. */
function squeezed({ x, op, weights }: Sketch, gate: string): string {
  const mean = op('ReduceMean', [x], { axes: [2, 3], keepdims: 1 });
  const narrow = op('Relu', [op('Conv', [mean, weights(2, 4, 1, 1)])]);
  return op('Mul', [x, op(gate, [op('Conv', [narrow, weights(4, 2, 1, 1)])])]);
}

describe('patterns of vision models', () => {
  it('squeeze and excitation, by Sigmoid and by HardSigmoid', async () => {
    await checkPattern([2, 4, 5, 5], (s) => squeezed(s, 'Sigmoid'), { opset: 17 });
    await checkPattern([2, 4, 5, 5], (s) => squeezed(s, 'HardSigmoid'), { opset: 17 });
  });

  it('hardswish written as x · clip(x + 3, 0, 6) / 6', () =>
    checkPattern([2, 3, 4], ({ x, op, number }) => {
      const ramp = op('Clip', [op('Add', [x, number(3)]), number(0), number(6)]);
      return op('Div', [op('Mul', [x, ramp]), number(6)]);
    }));

  it('GELU by Erf and by Tanh of a cube', async () => {
    await checkPattern([3, 7], ({ x, op, number }) => {
      const erf = op('Add', [op('Erf', [op('Div', [x, number(Math.SQRT2)])]), number(1)]);
      return op('Mul', [op('Mul', [x, erf]), number(0.5)]);
    });
    await checkPattern([3, 7], ({ x, op, number }) => {
      const inner = op('Add', [x, op('Mul', [op('Pow', [x, number(3)]), number(0.044715)])]);
      const tanh = op('Tanh', [op('Mul', [inner, number(Math.sqrt(2 / Math.PI))])]);
      return op('Mul', [op('Mul', [x, number(0.5)]), op('Add', [tanh, number(1)])]);
    });
  });

  it('weights standardised within the graph', () =>
    checkPattern([2, 3, 5, 5], ({ x, op, number, weights, ints }) => {
      const flat = op('Reshape', [weights(4, 3, 3, 3), ints(4, -1)]);
      const centred = op('Sub', [flat, op('ReduceMean', [flat, ints(1)], { keepdims: 1 })]);
      const variance = op('ReduceMean', [op('Mul', [centred, centred]), ints(1)], { keepdims: 1 });
      const kernel = op('Div', [centred, op('Sqrt', [op('Add', [variance, number(1e-5)])])]);
      return op('Tanh', [op('Conv', [x, op('Reshape', [kernel, ints(4, 3, 3, 3)])])]);
    }));

  it('windows partitioned, rolled back and forth, and attended with a bias gathered from a table', () =>
    checkPattern([2, 4, 4, 4], ({ x, op, weights, ints, view, sizes }) => {
      const part = (from: number, to: number, value: string, axis: number): string =>
        op('Slice', [value, ints(from), ints(to), ints(axis)]);
      const roll = (value: string, by: number, axis: number): string =>
        op('Concat', [part(by, 2 ** 40, value, axis), part(0, by, value, axis)], { axis });
      const rolled = roll(roll(x, 1, 1), 1, 2);
      const windows = view(op('Transpose', [view(rolled, '0', 2, 2, 2, 2, 4)], { perm: [0, 1, 3, 2, 4, 5] }), -1, 4, 4);
      const table = op('Gather', [weights(9, 1), ints(0, 1, 3, 4, 1, 2, 4, 5, 3, 4, 6, 7, 4, 5, 7, 8)]);
      const bias = op('Expand', [op('Reshape', [table, ints(1, 4, 4)]), op('Concat', [ints(1), sizes(4, 4)], { axis: 0 })]);
      const scores = op('Add', [op('MatMul', [windows, op('Transpose', [windows], { perm: [0, 2, 1] })]), bias]);
      const mixed = op('MatMul', [op('Softmax', [scores], { axis: -1 }), windows]);
      const whole = view(op('Transpose', [view(mixed, '0', 2, 2, 2, 2, 4)], { perm: [0, 1, 3, 2, 4, 5] }), '0', 4, 4, 4);
      return roll(roll(whole, 3, 1), 3, 2);
    }));

  it('scaled cosine attention: vectors of unit length, a clamped learnt temperature', () =>
    checkPattern([2, 5, 4], ({ x, op, number, weights, ints }) => {
      const norm = op('Max', [op('ReduceL2', [x, ints(-1)], { keepdims: 1 }), number(1e-12)]);
      const unit = op('Div', [x, op('Expand', [norm, op('Shape', [x])])]);
      const cosine = op('MatMul', [unit, op('Transpose', [unit], { perm: [0, 2, 1] })]);
      const heat = op('Exp', [op('Min', [weights(1, 1, 1), number(Math.log(100))])]);
      return op('MatMul', [op('Softmax', [op('Mul', [cosine, heat])]), x]);
    }));

  it('talking heads: heads mixed before and after the softmax', () =>
    checkPattern([2, 3, 4, 4], ({ x, op, weights }) => {
      const mix = (value: string): string =>
        op('Transpose', [op('MatMul', [op('Transpose', [value], { perm: [0, 2, 3, 1] }), weights(3, 3)])], {
          perm: [0, 3, 1, 2],
        });
      return op('MatMul', [mix(op('Softmax', [mix(x)], { axis: -1 })), x]);
    }));

  it('cross-covariance attention: channels attend to channels by normalised columns', () =>
    checkPattern([2, 6, 4], ({ x, op, ints, number, weights }) => {
      const columns = op('Transpose', [x], { perm: [0, 2, 1] });
      const norm = op('Clip', [op('ReduceL2', [columns, ints(-1)], { keepdims: 1 }), number(1e-12)]);
      const unit = op('Div', [columns, norm]);
      const scores = op('Mul', [op('MatMul', [unit, op('Transpose', [unit], { perm: [0, 2, 1] })]), weights(4, 1)]);
      return op('MatMul', [op('Softmax', [scores], { axis: -1 }), columns]);
    }));

  it('a residual branch with layer scale, and one with a linear scale of the shortcut', () =>
    checkPattern([2, 5, 4], ({ x, op, weights }) => {
      const branch = op('MatMul', [
        op('LayerNormalization', [x, weights(4), weights(4)], { epsilon: float(1e-6) }),
        weights(4, 4),
      ]);
      return op('Add', [op('Mul', [x, weights(4)]), op('Mul', [branch, weights(4)])]);
    }));

  it('an antialiased blur pool: reflected borders and a fixed kernel for every channel', () =>
    checkPattern([2, 3, 5, 6], ({ x, op, ints, weights }) => {
      const padded = op('Pad', [x, ints(0, 0, 1, 1, 0, 0, 1, 1)], { mode: 'reflect' });
      return op('Conv', [padded, weights(3, 1, 3, 3)], { group: 3, strides: [2, 2] });
    }));

  it('split attention: a softmax over the splits weighs their sum', () =>
    checkPattern([2, 4, 3, 3], ({ x, op, ints, view, weights }) => {
      const splits = view(x, '0', 2, 2, '2', '3');
      const gap = op('ReduceMean', [op('ReduceSum', [splits, ints(1)], { keepdims: 0 }), ints(2, 3)], { keepdims: 0 });
      const share = op('Softmax', [view(op('MatMul', [gap, weights(2, 4)]), '0', 2, 2, 1, 1)], { axis: 1 });
      return op('ReduceSum', [op('Mul', [splits, share]), ints(1)], { keepdims: 0 });
    }));

  it('channels shuffled, and pixels shuffled by reshapes and by DepthToSpace', async () => {
    await checkPattern([2, 6, 3, 4], ({ x, op, view }) => {
      const groups = op('Transpose', [view(x, '0', 2, 3, '2', '3')], { perm: [0, 2, 1, 3, 4] });
      const mixed = view(groups, '0', -1, '2', '3');
      return op('Mul', [mixed, mixed]);
    });
    await checkPattern([1, 8, 2, 3], ({ x, op }) => op('Tanh', [op('DepthToSpace', [x], { blocksize: 2, mode: 'CRD' })]));
  });

  it('position embeddings interpolated to the size of the picture', () =>
    checkPattern([1, 3, 4, 4], ({ x, op, weights, ints }) => {
      const size = op('Slice', [op('Shape', [x]), ints(2), ints(4), ints(0)]);
      const target = op('Concat', [ints(1, 3), size], { axis: 0 });
      const cubic = { mode: 'cubic', coordinate_transformation_mode: 'half_pixel', cubic_coeff_a: float(-0.75) };
      const grid = op('Resize', [weights(1, 3, 2, 2), '', '', target], cubic);
      return op('Mul', [op('Add', [x, grid]), x]);
    }));

  it('a picture resized to the sizes of another tensor, and averaged with its windows rounded up', async () => {
    const linear = { mode: 'linear', coordinate_transformation_mode: 'half_pixel' };
    await checkPattern([2, 2, 3, 4], ({ x, op, ints, weights }) => {
      const small = op('AveragePool', [x], { kernel_shape: [2, 2], strides: [2, 2], ceil_mode: 1, count_include_pad: 0 });
      const space = op('Slice', [op('Shape', [x]), ints(2), ints(4), ints(0)]);
      const sizes = op('Concat', [op('Slice', [op('Shape', [small]), ints(0), ints(2), ints(0)]), space], { axis: 0 });
      return op('Mul', [op('Resize', [small, '', '', sizes], linear), op('Conv', [x, weights(2, 2, 1, 1)])]);
    });
  });

  it('a gating unit that multiplies half of the channels by a product over places', () =>
    checkPattern([2, 5, 6], ({ x, op, ints, weights }) => {
      const [u, v] = [op('Slice', [x, ints(0), ints(3), ints(2)]), op('Slice', [x, ints(3), ints(6), ints(2)])];
      const spread = op('Add', [op('MatMul', [op('Transpose', [v], { perm: [0, 2, 1] }), weights(5, 5)]), weights(5)]);
      return op('Mul', [u, op('Transpose', [spread], { perm: [0, 2, 1] })]);
    }));

  it('global response normalisation', () =>
    checkPattern([2, 4, 4, 3], ({ x, op, ints, number, weights }) => {
      const length = op('ReduceL2', [x, ints(1, 2)], { keepdims: 1 });
      const mean = op('Add', [op('ReduceMean', [length, ints(-1)], { keepdims: 1 }), number(1e-6)]);
      const response = op('Add', [op('Mul', [op('Mul', [x, op('Div', [length, mean])]), weights(3)]), weights(3)]);
      return op('Add', [x, response]);
    }));
});
