import { float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Generator, single } from './problem.js';

const shape = (draw: Draw): number[] => draw.dims({ rank: [0, 4], empty: 0.05 });

/** A function of one number; the points are drawn from the range, or now and then from numbers on its kinks. */
function pointwise(
  op: string,
  attributes: (draw: Draw) => Record<string, number>,
  range: number,
  kinks: readonly number[],
): Generator {
  return (draw) => {
    const dims = shape(draw);
    const kinked = kinks.length > 0 && draw.chance(0.2);
    const x = kinked ? draw.ties(dims, [-1, 1, ...kinks]) : draw.away(draw.values(dims, -range, range), kinks);
    const given = Object.entries(draw.chance(0.7) ? attributes(draw) : {}).map(([name, value]) => [name, float(value)]);
    return single(draw, { op, inputs: [x], attributes: Object.fromEntries(given), kinked });
  };
}

const plain = (): Record<string, number> => ({});
const alpha = (low: number, high: number) => (draw: Draw) => ({ alpha: draw.real(low, high) });

const softmax =
  (op: string): Generator =>
  (draw) => {
    const dims = draw.dims();
    return single(draw, {
      op,
      inputs: [dims],
      attributes: draw.chance(0.2) ? {} : { axis: draw.axis(dims.length) },
      range: [-3, 3],
    });
  };

export const activation: Readonly<Record<string, Generator>> = {
  Relu: pointwise('Relu', plain, 1.5, [0]),
  Sigmoid: pointwise('Sigmoid', plain, 4, []),
  Tanh: pointwise('Tanh', plain, 3, []),
  HardSigmoid: (draw) => {
    const [slope, offset] = [draw.real(0.1, 0.5), draw.real(0.3, 0.7)];
    const x = draw.away(draw.values(shape(draw), -3.1, 3.1), [-offset / slope, (1 - offset) / slope]);
    return single(draw, { op: 'HardSigmoid', inputs: [x], attributes: { alpha: float(slope), beta: float(offset) } });
  },
  HardSwish: pointwise('HardSwish', plain, 5, [-3, 3]),
  Softplus: pointwise('Softplus', plain, 4, []),
  Softsign: pointwise('Softsign', plain, 3, []),
  Mish: pointwise('Mish', plain, 4, []),
  Elu: pointwise('Elu', alpha(0.3, 2), 3, [0]),
  Selu: pointwise('Selu', (draw) => ({ alpha: draw.real(0.5, 2), gamma: draw.real(0.5, 2) }), 3, [0]),
  Celu: pointwise('Celu', alpha(0.3, 2), 3, []),
  LeakyRelu: pointwise('LeakyRelu', alpha(-0.5, 0.5), 1.5, [0]),
  Gelu: (draw) =>
    single(draw, {
      op: 'Gelu',
      inputs: [shape(draw)],
      attributes: { approximate: draw.pick(['none', 'tanh', undefined]) },
      range: [-4, 4],
    }),
  PRelu: (draw) => {
    const dims = draw.dims();
    const slope = dims.map((d) => (draw.chance() ? 1 : d)).slice(draw.integer(0, dims.length - 1));
    const kinked = draw.chance(0.2);
    return single(draw, { op: 'PRelu', inputs: [kinked ? draw.ties(dims) : dims, slope], kinked });
  },
  Clip: (draw) => {
    const dims = shape(draw);
    const kinked = draw.chance(0.2);
    const bound = (value: number) => ({ data: Float32Array.of(value), dims: [] });
    const low = draw.chance(0.3) ? '' : bound(kinked ? -1 : -0.71);
    const high = draw.chance(0.3) ? '' : bound(kinked ? 1 : 0.93);
    return single(draw, { op: 'Clip', inputs: [kinked ? draw.ties(dims, [-2, -1, 0, 1, 2]) : dims, low, high], kinked });
  },
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
};
