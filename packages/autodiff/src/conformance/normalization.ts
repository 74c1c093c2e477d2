import { float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Case, type Generator, single } from './problem.js';

function batch(draw: Draw): Case {
  const dims = draw.dims({ rank: [2, 4], max: 3 });
  const c = [dims[1]!];
  const training_mode = draw.chance(0.3) ? 1 : 0;
  if (training_mode === 1 || draw.chance(0.3)) {
    const attributes = { training_mode, epsilon: float(draw.pick([1e-3, 0.1])), momentum: float(draw.pick([0.9, 0.5])) };
    const inputs = [[Math.max(2, dims[0]!), ...dims.slice(1)], c, c, draw.noise(c), draw.values(c, 0.5, 2)];
    const some = draw.pick([
      { of: [0], by: [0, 1, 2] },
      { of: [0, 1, 2], by: [0, 1, 2, 3, 4] },
      { of: [2], by: [0, 4] },
    ]);
    const all = training_mode === 1 ? { outputs: 3, ...some } : {};
    return { op: 'BatchNormalization', inputs, attributes, ...all };
  }
  const statistics = [{ floats: [...draw.noise(c).data] }, { floats: [...draw.values(c, 0.5, 2).data] }];
  const by = draw.chance() ? [0, 1, 2] : [0];
  return {
    op: 'BatchNormalization',
    inputs: [dims, c, c, ...statistics],
    by,
    attributes: { epsilon: float(draw.pick([1e-5, 0.1])) },
  };
}

function instance(draw: Draw): Case {
  const dims = [draw.integer(1, 2), draw.integer(1, 3), ...draw.dims({ rank: [1, 2], min: 2 })];
  return {
    op: 'InstanceNormalization',
    inputs: [dims, [dims[1]!], [dims[1]!]],
    attributes: { epsilon: float(draw.pick([1e-5, 0.1])) },
  };
}

function layer(draw: Draw): Case {
  const dims = draw.dims({ rank: [1, 4], min: 2 });
  const axis = draw.axis(dims.length);
  const tail = dims.slice(axis);
  const inputs = draw.chance() ? [dims, tail, tail] : [dims, tail];
  const some = draw.pick([{ of: [0, 1, 2] }, { of: [1], by: [0] }, { of: [2], by: [0] }]);
  const all = draw.chance(0.25) ? { outputs: 3, ...some } : {};
  return { op: 'LayerNormalization', inputs, attributes: { axis, epsilon: float(draw.pick([1e-5, 0.1])) }, ...all };
}

function lrn(draw: Draw): Case {
  const dims = draw.dims({ rank: 4, max: 6 });
  const attributes = {
    size: draw.pick([1, 3, 5]),
    alpha: float(draw.real(0.1, 1.5)),
    beta: float(draw.pick([0.75, 0.5, 1])),
    bias: float(draw.real(1, 2)),
  };
  return { op: 'LRN', inputs: [dims], attributes };
}

const of =
  (make: (draw: Draw) => Case): Generator =>
  (draw) =>
    single(draw, make(draw));

export const normalization: Readonly<Record<string, Generator>> = {
  BatchNormalization: of(batch),
  InstanceNormalization: of(instance),
  LayerNormalization: of(layer),
  LRN: of(lrn),
};
