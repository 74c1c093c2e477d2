import { describe, it } from 'vitest';
import { checkPattern, float, type Sketch } from '../testing/pattern.js';

/** Convolution with `out` kernels of `size` places, as many before as after. */
function conv(
  s: Sketch,
  x: string,
  [out, into]: readonly [number, number],
  size = 3,
  more: { stride?: number; group?: number } = {},
): string {
  const { stride = 1, group = 1 } = more;
  const pad = size >> 1;
  return s.op('Conv', [x, s.weights(out, into / group, size, size), s.weights(out)], {
    strides: [stride, stride],
    pads: [pad, pad, pad, pad],
    group,
  });
}

const norm = (s: Sketch, x: string, channels: number): string => {
  const spread = s.op('Add', [s.op('Abs', [s.weights(channels)]), s.number(0.5)]);
  return s.op('BatchNormalization', [x, s.weights(channels), s.weights(channels), s.weights(channels), spread]);
};

describe('patterns of convolutional networks', () => {
  it('an inverted residual: wide, every channel alone, narrow, with ReLU6 by Clip (MobileNet, MnasNet, EfficientNet)', () =>
    checkPattern([1, 2, 3, 3], (s) => {
      const six = (x: string): string => s.op('Clip', [x, s.number(0), s.number(6)]);
      const wide = six(conv(s, s.x, [3, 2], 1));
      return s.op('Add', [s.x, conv(s, six(conv(s, wide, [3, 3], 3, { group: 3 })), [2, 3], 1)]);
    }));

  it('groups of channels that pass their sum on to the next (Res2Net), and grouped convolutions (ResNeXt, RegNet)', () =>
    checkPattern([1, 6, 4, 4], (s) => {
      const [a, b, c] = s.ops('Split', [s.x, s.ints(2, 2, 2)], 3, { axis: 1 });
      const first = s.op('Tanh', [conv(s, a!, [2, 2])]);
      const second = s.op('Tanh', [conv(s, s.op('Add', [first, b!]), [2, 2])]);
      return conv(s, s.op('Concat', [first, second, c!], { axis: 1 }), [4, 6], 3, { group: 2 });
    }));

  it('half of the channels go round, all are put together (CSP, VoVNet, DLA, DenseNet)', () =>
    checkPattern([1, 4, 4, 4], (s) => {
      const [past, through] = s.ops('Split', [s.x, s.ints(2, 2)], 2, { axis: 1 });
      const one = s.op('Tanh', [conv(s, through!, [2, 2])]);
      const two = s.op('Tanh', [conv(s, one, [2, 2])]);
      const all = s.op('Concat', [past!, one, two], { axis: 1 });
      return s.op('Mul', [conv(s, all, [3, 6], 1), conv(s, all, [3, 6], 1)]);
    }));

  it('cheap channels beside dear ones, and the surplus cut off (GhostNet)', () =>
    checkPattern([1, 3, 4, 4], (s) => {
      const dear = s.op('Tanh', [conv(s, s.x, [3, 3], 1)]);
      const cheap = s.op('Tanh', [conv(s, dear, [3, 3], 3, { group: 3 })]);
      return s.op('Slice', [s.op('Concat', [dear, cheap], { axis: 1 }), s.ints(0), s.ints(5), s.ints(1)]);
    }));

  it('three branches with a normalization each, added (RepVGG, FastViT)', () =>
    checkPattern([1, 3, 4, 4], (s) => {
      const branches = [norm(s, conv(s, s.x, [3, 3]), 3), norm(s, conv(s, s.x, [3, 3], 1), 3), norm(s, s.x, 3)];
      return s.op('Tanh', [branches.reduce((a, b) => s.op('Add', [a, b]))]);
    }));

  it('streams of several sizes that exchange: strided down, nearest up (HRNet)', () =>
    checkPattern([1, 2, 4, 4], (s) => {
      const low = s.op('Tanh', [conv(s, s.x, [3, 2], 3, { stride: 2 })]);
      const up = s.op('Resize', [conv(s, low, [2, 3], 1), '', s.op('Cast', [s.ints(1, 1, 2, 2)], { to: 1 })], {
        mode: 'nearest',
        coordinate_transformation_mode: 'asymmetric',
        nearest_mode: 'floor',
      });
      return s.op('Tanh', [s.op('Add', [s.x, up])]);
    }));

  it('branches of all kinds side by side: factored kernels, averages and maxima (Inception, SqueezeNet)', () =>
    checkPattern([1, 2, 5, 5], (s) => {
      const window = { kernel_shape: [3, 3], strides: [1, 1], pads: [1, 1, 1, 1] };
      const thin = s.op('Conv', [s.x, s.weights(2, 2, 1, 5)], { pads: [0, 2, 0, 2] });
      const tall = s.op('Conv', [s.op('Tanh', [thin]), s.weights(2, 2, 5, 1)], { pads: [2, 0, 2, 0] });
      const mean = conv(s, s.op('AveragePool', [s.x], { ...window, count_include_pad: 1 }), [2, 2], 1);
      const most = conv(s, s.op('MaxPool', [s.x], window), [2, 2], 1);
      return s.op('Concat', [s.op('Tanh', [tall]), mean, most], { axis: 1 });
    }));

  it('an average less the token itself, normalised in one group (PoolFormer, EfficientFormer)', () =>
    checkPattern([1, 4, 4, 4], (s) => {
      const one = s.op('Expand', [s.number(1), s.ints(1)]);
      const flat = s.op('InstanceNormalization', [s.view(s.x, '0', 1, -1), one, s.op('Sub', [one, one])]);
      const normal = s.op('Add', [s.op('Mul', [s.view(flat, '0', 4, '2', '3'), s.weights(4, 1, 1)]), s.weights(4, 1, 1)]);
      const mean = s.op('AveragePool', [normal], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], count_include_pad: 0 });
      return s.op('Add', [s.x, s.op('Mul', [s.op('Sub', [mean, normal]), s.weights(4, 1, 1)])]);
    }));

  it('a class token before the places, which alone asks at the end (ViT, DeiT, CaiT, BEiT, EVA)', () =>
    checkPattern([2, 4, 6], (s) => {
      const token = s.op('Expand', [s.weights(1, 1, 6), s.sizes('0', 1, 6)]);
      const all = s.op('Concat', [token, s.x], { axis: 1 });
      const asked = s.op('MatMul', [s.op('Slice', [all, s.ints(0), s.ints(1), s.ints(1)]), s.weights(6, 6)]);
      const scores = s.op('MatMul', [asked, s.op('Transpose', [s.op('MatMul', [all, s.weights(6, 6)])], { perm: [0, 2, 1] })]);
      return s.op('MatMul', [s.op('Softmax', [s.op('Mul', [scores, s.number(0.4)])], { axis: -1 }), all]);
    }));

  it('tokens laid out as a picture for a convolution of every channel alone (CoaT, PiT, MobileViT, EdgeNeXt)', () =>
    checkPattern([1, 9, 4], (s) => {
      const picture = s.view(s.op('Transpose', [s.x], { perm: [0, 2, 1] }), '0', 4, 3, 3);
      const mixed = s.op('Add', [picture, conv(s, picture, [4, 4], 3, { group: 4 })]);
      return s.op('Tanh', [s.op('Transpose', [s.view(mixed, '0', 4, 9)], { perm: [0, 2, 1] })]);
    }));

  it('queries of every other place, normalised as columns, behind a hard swish (LeViT)', () =>
    checkPattern([1, 4, 4, 3], (s) => {
      const every = s.op('Slice', [s.x, s.ints(0, 0), s.ints(4, 4), s.ints(1, 2), s.ints(2, 2)]);
      const flat = norm(s, s.op('MatMul', [s.view(every, -1, 3), s.weights(3, 5)]), 5);
      return s.op('HardSwish', [s.view(flat, '0', 4, 5)]);
    }));

  it('the larger of two tensors, and the largest of each channel', () =>
    checkPattern([1, 3, 4, 4], (s) => {
      const larger = s.op('Max', [s.x, s.weights(3, 4, 4)]);
      return s.op('Mul', [larger, s.op('ReduceMax', [s.op('Tanh', [larger]), s.ints(2, 3)], { keepdims: 1 })]);
    }));

  it('local response normalisation between convolution and pool (AlexNet, GoogLeNet)', () =>
    checkPattern([1, 4, 6, 6], (s) => {
      const local = s.op('LRN', [conv(s, s.x, [4, 4])], { size: 3, alpha: float(0.1), beta: float(0.75), bias: float(1) });
      return s.op('MaxPool', [local], { kernel_shape: [3, 3], strides: [2, 2] });
    }));
});
