import { type AttributeInput, float } from '@incognita/onnx';
import type { Draw } from './draw.js';
import { type Generator, single } from './problem.js';

/** Operators that are differentiated through what they are written in. The kernels of some compute in float32 even for doubles. */
const ROUNDED = 2e-3;

const attention: Generator = (draw) => {
  const [batch, groups, shared, queries, fresh, past] = [
    draw.integer(1, 2),
    draw.integer(1, 2),
    draw.integer(1, 3),
    draw.integer(1, 4),
    draw.integer(1, 5),
    draw.chance(0.3) ? draw.integer(1, 3) : 0,
  ];
  const [heads, size, width] = [groups * shared, 2 * draw.integer(1, 3), draw.integer(1, 4)];
  const flat = past === 0 && draw.chance(0.4);
  const head = (count: number, length: number, each: number): number[] =>
    flat ? [batch, length, count * each] : [batch, count, length, each];
  const keys = past + fresh;
  const mask = draw.pick(['none', 'numbers', 'truths']);
  const maskDims = draw.pick([
    [queries, keys],
    [batch, 1, queries, keys],
    [1, heads, queries, keys],
  ]);
  const attributes: Record<string, AttributeInput> = { is_causal: draw.integer(0, 1) };
  if (flat) Object.assign(attributes, { q_num_heads: heads, kv_num_heads: groups });
  if (draw.chance(0.3)) attributes.softcap = float(draw.real(1, 3));
  if (draw.chance(0.3)) attributes.scale = float(draw.real(0.2, 1));
  const seen = mask === 'truths' ? firstSeen(draw.truths(maskDims)) : mask === 'numbers' ? maskDims : '';
  const before =
    past === 0
      ? []
      : [
          [batch, groups, past, size],
          [batch, groups, past, width],
        ];
  return single(draw, {
    op: 'Attention',
    opset: 24,
    inputs: [head(heads, queries, size), head(groups, fresh, size), head(groups, fresh, width), seen, ...before],
    attributes,
    // The kernel wants the present where there is a past.
    outputs: past === 0 ? 1 : 3,
    symbolic: draw.chance(0.2) && !flat && 'all',
    tolerance: ROUNDED,
  });
};

const rotary: Generator = (draw) => {
  const [batch, heads, length, half] = [draw.integer(1, 2), draw.integer(1, 3), draw.integer(1, 4), draw.integer(1, 3)];
  const rest = draw.chance(0.3) ? 2 : 0;
  const flat = draw.chance();
  const size = 2 * half + rest;
  const x = flat ? [batch, length, heads * size] : [batch, heads, length, size];
  const looked = draw.chance();
  const table = looked ? [length + 2, half] : [batch, length, half];
  const ids = looked
    ? [
        {
          ...draw.indices([batch, length], 1),
          data: BigInt64Array.from({ length: batch * length }, () => BigInt(draw.integer(0, length + 1))),
        },
      ]
    : [];
  return single(draw, {
    op: 'RotaryEmbedding',
    opset: 23,
    inputs: [x, table, table, ...ids],
    attributes: {
      interleaved: draw.integer(0, 1),
      ...(flat && { num_heads: heads }),
      ...(rest > 0 && { rotary_embedding_dim: 2 * half }),
    },
    tolerance: ROUNDED,
  });
};

/** Every query sees the first key: the kernel gives a query that sees none something else than zeros. */
function firstSeen({ data, dims }: ReturnType<Draw['truths']>): ReturnType<Draw['truths']> {
  return { data: data.map((truth, i) => (i % dims.at(-1)! === 0 ? 1 : truth)), dims };
}

/** One of the losses over classes. */
const loss =
  (op: string): Generator =>
  (draw) => {
    const [batch, classes, places] = [draw.integer(1, 4), draw.integer(1, 4), draw.dims({ rank: [0, 2], max: 3 })];
    const ignored = draw.chance(0.4);
    const count = places.reduce((a, b) => a * b, batch);
    const targets = draw.times(count, () => draw.integer(0, classes - 1));
    const weights = draw.chance() ? [draw.values([classes], 0.3, 2)] : [];
    return single(draw, {
      op,
      inputs: [[batch, classes, ...places], { ints: targets, dims: [batch, ...places] }, ...weights],
      attributes: {
        reduction: draw.pick(['none', 'sum', 'mean']),
        ...(ignored && classes > 1 && { ignore_index: targets[0] === 0 ? 1 : 0 }),
      },
      by: [0],
      tolerance: ROUNDED,
    });
  };

/** One function of one tensor, at numbers that lie off its jumps. */
const pointwise =
  (op: string, attributes: (draw: Draw) => Record<string, AttributeInput>, opset = 20, tolerance = ROUNDED): Generator =>
  (draw) =>
    single(draw, {
      op,
      opset,
      inputs: [draw.ties(draw.dims(), [-1, -0.5, 0.5, 1])],
      attributes: attributes(draw),
      tolerance,
    });

export const composite: Readonly<Record<string, Generator>> = {
  Attention: attention,
  RotaryEmbedding: rotary,
  Shrink: pointwise('Shrink', (draw) => ({ lambd: float(draw.pick([0.25, 0.75])), bias: float(draw.real(-1, 1)) }), 20, 2e-2),
  ThresholdedRelu: pointwise('ThresholdedRelu', (draw) => ({ alpha: float(draw.pick([-0.75, 0.25, 0.75])) })),
  Swish: pointwise('Swish', (draw) => ({ alpha: float(draw.real(-1, 2)) }), 24),
  RMSNormalization: (draw) => {
    const dims = draw.dims({ rank: [1, 4], min: 2 });
    const axis = draw.axis(dims.length);
    const scale = dims.slice(axis);
    return single(draw, {
      op: 'RMSNormalization',
      opset: 23,
      inputs: [dims, scale],
      attributes: { axis, epsilon: 0.01 },
      tolerance: ROUNDED,
    });
  },
  SimplifiedLayerNormalization: (draw) => {
    const dims = draw.dims({ rank: [1, 4], min: 2 });
    const axis = draw.axis(dims.length);
    const inputs = [dims, dims.slice(axis)];
    return single(draw, { op: 'SimplifiedLayerNormalization', inputs, attributes: { axis, epsilon: 0.01 }, tolerance: ROUNDED });
  },
  GroupNormalization: (draw) => {
    const [groups, each] = [draw.integer(1, 3), draw.integer(1, 2)];
    const dims = [draw.integer(1, 2), groups * each, ...draw.dims({ rank: [1, 2], min: 2 })];
    const inputs = [dims, [groups * each], [groups * each]];
    return single(draw, {
      op: 'GroupNormalization',
      opset: 21,
      inputs,
      attributes: { num_groups: groups, epsilon: 0.01 },
      tolerance: ROUNDED,
    });
  },
  MeanVarianceNormalization: (draw) => {
    const dims = draw.dims({ rank: 4, min: 2 });
    const attributes = draw.chance() ? {} : { axes: draw.order(4).slice(0, draw.integer(1, 3)) };
    return single(draw, {
      op: 'MeanVarianceNormalization',
      inputs: [dims.map((d) => Math.max(3, d))],
      attributes,
      tolerance: ROUNDED,
    });
  },
  LpNormalization: (draw) => {
    const dims = draw.dims();
    return single(draw, {
      op: 'LpNormalization',
      inputs: [dims],
      attributes: { p: draw.integer(1, 2), axis: draw.axis(dims.length) },
      tolerance: ROUNDED,
    });
  },
  GlobalLpPool: (draw) =>
    single(draw, {
      op: 'GlobalLpPool',
      inputs: [draw.dims({ rank: [3, 4] })],
      attributes: { p: draw.integer(1, 3) },
      range: [0.5, 2],
      tolerance: ROUNDED,
    }),
  NegativeLogLikelihoodLoss: loss('NegativeLogLikelihoodLoss'),
  SoftmaxCrossEntropyLoss: loss('SoftmaxCrossEntropyLoss'),
  CenterCropPad: (draw) => {
    const dims = draw.dims({ min: 2, max: 5 });
    const axes = draw.axes(dims.length);
    const target = axes.map(() => draw.integer(1, 6));
    return single(draw, { op: 'CenterCropPad', inputs: [dims, { ints: target }], attributes: { axes }, tolerance: ROUNDED });
  },
  TensorScatter: (draw) => {
    const [batch, size, length] = [draw.integer(1, 3), draw.integer(1, 3), draw.integer(2, 6)];
    const count = draw.integer(1, length);
    const circular = draw.chance();
    const starts = draw.times(batch, () => draw.integer(0, circular ? length - 1 : length - count));
    const inputs = [[batch, length, size], [batch, count, size], { ints: starts }];
    return single(draw, {
      op: 'TensorScatter',
      opset: 24,
      inputs,
      attributes: { axis: 1, ...(circular && { mode: 'circular' }) },
      tolerance: ROUNDED,
    });
  },
  OneHot: (draw) => {
    const dims = draw.dims({ rank: [1, 3] });
    const depth = draw.integer(1, 4);
    const indices = draw.times(
      dims.reduce((a, b) => a * b, 1),
      () => draw.integer(-depth - 1, depth),
    );
    const axis = draw.axis(dims.length + 1);
    return single(draw, {
      op: 'OneHot',
      inputs: [{ ints: indices, dims }, { ints: [depth] }, [2]],
      attributes: { axis },
      tolerance: ROUNDED,
    });
  },
  Range: (draw) => {
    const scalar = (value: number) => ({ data: Float32Array.of(value), dims: [] });
    const [start, delta] = [draw.real(-2, 2), draw.real(0.3, 1)];
    const limit = start + delta * (draw.integer(0, 5) + 0.5);
    return single(draw, {
      op: 'Range',
      inputs: [scalar(start), scalar(limit), scalar(delta)],
      by: [0, 2],
      symbolic: false,
      tolerance: ROUNDED,
    });
  },
  CastLike: (draw) => single(draw, { op: 'CastLike', inputs: [draw.dims(), { floats: [1] }], tolerance: ROUNDED }),
  AffineGrid: (draw) => {
    const [batch, count] = [draw.integer(1, 2), draw.integer(2, 3)];
    // One place between two corners has no place in the specification; the kernel and PyTorch differ.
    const corners = draw.integer(0, 1);
    const sizes = [batch, 1, ...draw.times(count, () => draw.integer(1 + corners, 4))];
    const inputs = [[batch, count, count + 1], { ints: sizes }];
    return single(draw, {
      op: 'AffineGrid',
      inputs,
      attributes: { align_corners: corners },
      symbolic: false,
      tolerance: ROUNDED,
    });
  },
};
