import type { Rewrite } from '@incognita/onnx';
import { minus, plus, times, unsqueeze, upTo } from './write.js';

/**
 * y = scale (x − mean) / √(var + ε) + bias: with the stored statistics, or in training with those of the batch, which then are
 * blended into the stored ones.
 * Source: S. Ioffe and C. Szegedy, Batch Normalization (2015), algorithm 1.
 */
export const BatchNormalization: Rewrite = (c) => {
  const [x, scale, bias, mean, variance] = [0, 1, 2, 3, 4].map((i) => c.input(i)) as [string, string, string, string, string];
  const space = upTo(c.rank(x)).slice(2);
  const wide = (value: string): string =>
    unsqueeze(
      c,
      value,
      space.map((axis) => axis - 1),
    );
  const average = (value: string): string => c.op('ReduceMean', [value, c.vector([0, ...space])], { keepdims: 0 });
  const training = c.int('training_mode', 0) === 1;
  const center = training ? average(x) : mean;
  const centred = minus(c, x, wide(center));
  const spread = training ? average(times(c, centred, centred)) : variance;
  const deviation = c.op('Sqrt', [plus(c, spread, c.float('epsilon', 1e-5))]);
  const y = plus(c, times(c, c.op('Div', [centred, wide(deviation)]), wide(scale)), wide(bias));
  if (!training) return [y];
  const momentum = c.float('momentum', 0.9);
  const blended = (stored: string, now: string): string => plus(c, times(c, stored, momentum), times(c, now, 1 - momentum));
  return [y, blended(mean, center), blended(variance, spread)];
};

/** y = scale (x − mean) / √(var + ε) + bias over the axes from `axis` on, and beside it the mean and 1 / √(var + ε). */
export const LayerNormalization: Rewrite = (c) => {
  const [x, scale, bias] = [c.input(0), c.input(1), c.input(2)];
  const rank = c.rank(x);
  const axis = c.int('axis', -1);
  const axes = c.vector(upTo(rank).slice(axis < 0 ? axis + rank : axis));
  const mean = c.op('ReduceMean', [x, axes], { keepdims: 1 });
  const centred = minus(c, x, mean);
  const variance = c.op('ReduceMean', [times(c, centred, centred), axes], { keepdims: 1 });
  const inverse = c.op('Reciprocal', [c.op('Sqrt', [plus(c, variance, c.float('epsilon', 1e-5))])]);
  const scaled = times(c, times(c, centred, inverse), scale);
  return [bias ? plus(c, scaled, bias) : scaled, mean, inverse];
};
