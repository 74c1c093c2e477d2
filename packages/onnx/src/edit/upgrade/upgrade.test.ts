import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AttributeInput, float, GraphBuilder, tensorOf } from '../../build/builder.js';
import { inferShapes } from '../../shapes/infer.js';
import { type Feed, runReference } from '../../testing/session.node.js';
import type { Attribute, Model } from '../../types.js';
import { upgradeOpset } from './upgrade.js';

type Input =
  | readonly number[]
  | { readonly ints: readonly number[]; readonly dims?: readonly number[] }
  | { readonly floats: readonly number[] }
  | '';

interface Case {
  readonly op: string;
  readonly opset: number;
  /** Shapes of inputs, or constants. */
  readonly inputs: readonly Input[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  readonly outputs?: number;
}

function build({ op, opset, inputs, attributes, outputs = 1 }: Case): { model: Model; feeds: Record<string, Feed> } {
  const b = new GraphBuilder({ opset });
  const feeds: Record<string, Feed> = {};
  const names = inputs.map((input, i) => {
    if (input === '') return '';
    if ('ints' in input) return b.i64(input.ints, input.dims);
    if ('floats' in input) return b.f32(input.floats);
    const dims = input as readonly number[];
    const count = dims.reduce((a, d) => a * d, 1);
    feeds[`x${i}`] = { dims, data: Array.from({ length: count }, (_, j) => Math.sin(j * 1.7 + i) + (i > 2 ? 1.5 : 0)) };
    return b.input(`x${i}`, 'float32', dims);
  });
  const made = b.ops(op, names, outputs, attributes);
  for (const name of made) b.output(name, 'float32', null);
  return { model: b.model(), feeds };
}

/** The declared element types of outputs play no part: they are inferred. */
function typed(model: Model): Model {
  const types = inferShapes({ ...model, graph: { ...model.graph, outputs: [] } });
  const outputs = model.graph.outputs.map(({ name }) => ({
    name,
    type: types.get(name) ?? { dtype: 'float32' as const, shape: null },
  }));
  return { ...model, graph: { ...model.graph, outputs } };
}

async function expectSame(given: Case): Promise<Model> {
  const { model, feeds } = build(given);
  const before = typed(model);
  const after = upgradeOpset(before);
  expect(after.opsets.get('')).toBe(18);
  expect(after.graph.outputs.map((value) => value.name)).toEqual(before.graph.outputs.map((value) => value.name));
  const [old, fresh] = [await runReference(before, feeds), await runReference(after, feeds)];
  for (const { name } of before.graph.outputs) {
    expect(fresh[name]!.dims).toEqual(old[name]!.dims);
    const [a, b] = [[...old[name]!.data].map(Number), [...fresh[name]!.data].map(Number)];
    for (const [i, value] of a.entries())
      expect(Object.is(value, b[i]) || Math.abs(value - b[i]!) < 1e-5, `${name}[${i}]: ${value} and ${b[i]}`).toBe(true);
  }
  return after;
}

const reductions = ['L1', 'L2', 'LogSum', 'LogSumExp', 'Max', 'Mean', 'Min', 'Prod', 'Sum', 'SumSquare'];
const cases: readonly Case[] = [
  { op: 'Squeeze', opset: 7, inputs: [[2, 1, 3, 1]], attributes: { axes: [1, 3] } },
  { op: 'Squeeze', opset: 11, inputs: [[2, 1, 3, 1]], attributes: { axes: [-1] } },
  { op: 'Squeeze', opset: 9, inputs: [[2, 1, 3, 1]] },
  { op: 'Unsqueeze', opset: 7, inputs: [[2, 3]], attributes: { axes: [0, 2] } },
  { op: 'Unsqueeze', opset: 12, inputs: [[2, 3]], attributes: { axes: [-1, 1] } },
  { op: 'Split', opset: 7, inputs: [[5, 3]], attributes: { axis: 0, split: [1, 4] }, outputs: 2 },
  { op: 'Split', opset: 11, inputs: [[2, 6]], attributes: { axis: -1 }, outputs: 3 },
  { op: 'Split', opset: 13, inputs: [[2, 6]], attributes: { axis: 1 }, outputs: 2 },
  { op: 'Split', opset: 13, inputs: [[2, 6], { ints: [1, 5] }], attributes: { axis: 1 }, outputs: 2 },
  { op: 'Slice', opset: 7, inputs: [[4, 5]], attributes: { starts: [1], ends: [-1], axes: [1] } },
  { op: 'Slice', opset: 9, inputs: [[4, 5]], attributes: { starts: [0, 1], ends: [3, 1000] } },
  { op: 'Slice', opset: 10, inputs: [[4, 5], { ints: [4] }, { ints: [0] }, { ints: [1] }, { ints: [-2] }] },
  { op: 'Pad', opset: 7, inputs: [[2, 3]], attributes: { pads: [0, 1, 1, 2], value: float(0.5) } },
  { op: 'Pad', opset: 7, inputs: [[3, 4]], attributes: { pads: [1, 1, 1, 2], mode: 'reflect' } },
  { op: 'Pad', opset: 10, inputs: [[3, 4]], attributes: { pads: [-1, 1, 0, 2], mode: 'edge' } },
  { op: 'Clip', opset: 7, inputs: [[3, 4]], attributes: { min: float(-0.5), max: float(0.25) } },
  { op: 'Clip', opset: 10, inputs: [[3, 4]], attributes: { max: float(0.25) } },
  { op: 'Clip', opset: 8, inputs: [[3, 4]], attributes: { min: float(0) } },
  { op: 'TopK', opset: 7, inputs: [[3, 4]], attributes: { k: 2 }, outputs: 2 },
  { op: 'TopK', opset: 9, inputs: [[3, 4]], attributes: { k: 2, axis: 0 }, outputs: 2 },
  { op: 'TopK', opset: 10, inputs: [[3, 4], { ints: [3] }], outputs: 2 },
  { op: 'Dropout', opset: 7, inputs: [[3, 4]], attributes: { ratio: 0.3 } },
  { op: 'Dropout', opset: 10, inputs: [[3, 4]], attributes: { ratio: 0.3 } },
  { op: 'Upsample', opset: 7, inputs: [[1, 2, 3, 4]], attributes: { scales: floats([1, 1, 2, 3]) } },
  { op: 'Upsample', opset: 8, inputs: [[1, 2, 3, 4]], attributes: { mode: 'linear', scales: floats([1, 1, 2, 2.5]) } },
  { op: 'Upsample', opset: 9, inputs: [[1, 2, 3, 4], { floats: [1, 1, 1.5, 2] }], attributes: { mode: 'nearest' } },
  { op: 'Upsample', opset: 9, inputs: [[1, 2, 3, 4], { floats: [1, 1, 2, 2] }], attributes: { mode: 'linear' } },
  { op: 'Resize', opset: 10, inputs: [[1, 1, 2, 4], { floats: [1, 1, 0.6, 0.6] }] },
  { op: 'Resize', opset: 10, inputs: [[1, 1, 4, 6], { floats: [1, 1, 2, 0.4] }] },
  { op: 'Resize', opset: 10, inputs: [[1, 1, 4, 6], { floats: [1, 1, 1.3, 2] }] },
  { op: 'Resize', opset: 10, inputs: [[1, 1, 4, 6], { floats: [1, 1, 0.5, 2] }], attributes: { mode: 'linear' } },
  ...['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric', 'tf_half_pixel_for_nn'].map(
    (mode): Case => ({
      op: 'Resize',
      opset: 11,
      inputs: [[1, 1, 4, 6], { floats: [] }, { floats: [1, 1, 1.7, 0.8] }],
      attributes: { coordinate_transformation_mode: mode, mode: 'nearest', nearest_mode: 'floor' },
    }),
  ),
  {
    op: 'Resize',
    opset: 11,
    inputs: [[1, 1, 4, 6], { floats: [] }, { floats: [] }, { ints: [1, 1, 7, 5] }],
    attributes: { mode: 'cubic' },
  },
  {
    op: 'Resize',
    opset: 12,
    inputs: [[1, 1, 4, 6], { floats: [] }, { floats: [] }, { ints: [1, 1, 7, 5] }],
    attributes: { mode: 'linear' },
  },
  { op: 'Resize', opset: 13, inputs: [[1, 1, 4, 6], '', { floats: [1, 1, 2, 2] }], attributes: { mode: 'linear' } },
  {
    op: 'BatchNormalization',
    opset: 7,
    inputs: [[2, 3, 4, 2], [3], [3], [3], [3]],
    attributes: { epsilon: 0.01, momentum: 0.8 },
  },
  { op: 'BatchNormalization', opset: 8, inputs: [[2, 3, 2], [3], [3], [3], [3]], attributes: { spatial: 1 } },
  {
    op: 'BatchNormalization',
    opset: 8,
    inputs: [
      [2, 3, 2],
      [3, 2],
      [3, 2],
      [3, 2],
      [3, 2],
    ],
    attributes: { spatial: 0, epsilon: 0.02 },
  },
  { op: 'BatchNormalization', opset: 9, inputs: [[2, 3], [3], [3], [3], [3]] },
  { op: 'BatchNormalization', opset: 14, inputs: [[2, 3, 2], [3], [3], [3], [3]] },
  { op: 'Scatter', opset: 9, inputs: [[3, 3], { ints: [1, 0, 2, 0], dims: [2, 2] }, [2, 2]] },
  { op: 'Scatter', opset: 10, inputs: [[3, 3], { ints: [1, 0], dims: [1, 2] }, [1, 2]], attributes: { axis: 1 } },
  { op: 'ScatterElements', opset: 11, inputs: [[3, 3], { ints: [1, 0], dims: [1, 2] }, [1, 2]], attributes: { axis: 1 } },
  { op: 'RoiAlign', opset: 10, inputs: [[1, 2, 6, 6], [1, 4], { ints: [0] }], attributes: { output_height: 2, output_width: 2 } },
  {
    op: 'AveragePool',
    opset: 7,
    inputs: [[1, 2, 5, 5]],
    attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [2, 2] },
  },
  {
    op: 'AveragePool',
    opset: 10,
    inputs: [[1, 2, 5, 5]],
    attributes: { kernel_shape: [2, 2], ceil_mode: 1, strides: [2, 2], count_include_pad: 1 },
  },
  {
    op: 'MaxPool',
    opset: 7,
    inputs: [[1, 2, 5, 5]],
    attributes: { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER', strides: [2, 2] },
  },
  { op: 'MaxPool', opset: 8, inputs: [[1, 2, 5, 5]], attributes: { kernel_shape: [3, 3], storage_order: 0 }, outputs: 2 },
  { op: 'LpPool', opset: 7, inputs: [[1, 2, 5, 5]], attributes: { kernel_shape: [2, 2], p: 3 } },
  {
    op: 'PRelu',
    opset: 7,
    inputs: [
      [2, 3, 2],
      [3, 1],
    ],
  },
  { op: 'Gemm', opset: 7, inputs: [[2, 3], [3, 4], [4]] },
  {
    op: 'Gemm',
    opset: 9,
    inputs: [
      [2, 3],
      [4, 3],
      [2, 1],
    ],
    attributes: { transB: 1, beta: 0.5 },
  },
  {
    op: 'Concat',
    opset: 7,
    inputs: [
      [2, 3],
      [2, 1],
    ],
    attributes: { axis: 1 },
  },
  { op: 'Pow', opset: 7, inputs: [[2, 3], { floats: [2] }] },
  { op: 'Sum', opset: 8, inputs: [[2, 3], [3], [2, 1]] },
  { op: 'ArgMax', opset: 7, inputs: [[2, 3]], attributes: { axis: 1 } },
  { op: 'Gather', opset: 7, inputs: [[4, 3], { ints: [2, 0] }] },
  { op: 'OneHot', opset: 9, inputs: [{ ints: [1, 0, 2] }, { ints: [3] }, { floats: [-1, 2] }] },
  { op: 'DepthToSpace', opset: 7, inputs: [[1, 8, 2, 2]], attributes: { blocksize: 2 } },
  { op: 'Cast', opset: 7, inputs: [[2, 3]], attributes: { to: 6 } },
  ...['Softmax', 'LogSoftmax', 'Hardmax'].flatMap((op): Case[] => [
    { op, opset: 7, inputs: [[2, 3, 4]] },
    { op, opset: 7, inputs: [[2, 3, 4]], attributes: { axis: 0 } },
    { op, opset: 11, inputs: [[2, 3, 4, 2]], attributes: { axis: -2 } },
    { op, opset: 11, inputs: [[2, 3]], attributes: { axis: -1 } },
    { op, opset: 13, inputs: [[2, 3, 4]], attributes: { axis: 1 } },
  ]),
  ...reductions.flatMap((name): Case[] => [
    { op: `Reduce${name}`, opset: 7, inputs: [[2, 3, 4]], attributes: { axes: [0, 2], keepdims: 0 } },
    { op: `Reduce${name}`, opset: 11, inputs: [[2, 3, 4]], attributes: { axes: [-2] } },
    { op: `Reduce${name}`, opset: 13, inputs: [[2, 3, 4]], attributes: { keepdims: 0 } },
    ...(name === 'Sum' ? [] : [{ op: `Reduce${name}`, opset: 17, inputs: [[2, 3, 4]], attributes: { axes: [1] } }]),
  ]),
];

function floats(value: readonly number[]): Attribute {
  return { type: 'floats', value };
}

describe('upgradeOpset', () => {
  it.each(
    cases.map((given) => [`${given.op} of ${given.opset}: ${JSON.stringify([given.inputs, given.attributes])}`, given] as const),
  )('computes the same for %s', async (_, given) => {
    await expectSame(given);
  });

  it('computes the same for softmax over any axes of any shape', async () => {
    const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
    const given = shape.chain((dims) =>
      fc.record({ dims: fc.constant(dims), axis: fc.integer({ min: -dims.length, max: dims.length - 1 }) }),
    );
    const property = fc.asyncProperty(given, fc.constantFrom('Softmax', 'LogSoftmax', 'Hardmax'), async ({ dims, axis }, op) => {
      await expectSame({ op, opset: 12, inputs: [dims], attributes: { axis } });
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('goes beyond operator set 18 where it is asked to', async () => {
    const grid: Case = {
      op: 'GridSample',
      opset: 16,
      inputs: [
        [1, 2, 4, 4],
        [1, 3, 3, 2],
      ],
      attributes: { mode: 'bicubic' },
    };
    const { model, feeds } = build(grid);
    const [old, fresh] = [await runReference(model, feeds), await runReference(upgradeOpset(model, 20), feeds)];
    expect([...fresh.gridsample!.data]).toEqual([...old.gridsample!.data]);
  });

  it('gives groups of GroupNormalization-18 a scale a channel', async () => {
    const { model, feeds } = build({
      op: 'GroupNormalization',
      opset: 18,
      inputs: [[2, 4, 3], { floats: [2, 3] }, { floats: [5, 7] }],
      attributes: { num_groups: 2 },
    });
    const fresh = (await runReference(upgradeOpset(model, 21), feeds)).groupnormalization!;
    const x = Array.from(feeds.x0!.data!);
    const expected = x.map((value, i) => {
      const group = Math.floor(i / 6);
      const part = x.slice(group * 6, group * 6 + 6);
      const mean = part.reduce((a, b) => a + b) / 6;
      const variance = part.reduce((a, b) => a + (b - mean) ** 2, 0) / 6;
      return ((value - mean) / Math.sqrt(variance + 1e-5)) * [2, 3][group % 2]! + [5, 7][group % 2]!;
    });
    for (const [i, value] of expected.entries()) expect(Number(fresh.data[i])).toBeCloseTo(value, 4);
  });

  it('returns a model of operator set 18 or later as it is', () => {
    const { model } = build({ op: 'Relu', opset: 18, inputs: [[2]] });
    expect(upgradeOpset(model)).toBe(model);
    const newer = build({ op: 'Relu', opset: 23, inputs: [[2]] }).model;
    expect(upgradeOpset(newer)).toBe(newer);
  });

  it('shares weights, nodes that mean the same, and the names of values', () => {
    const b = new GraphBuilder({ opset: 9 });
    const w = b.initializer(tensorOf('float32', [1, 2], [1, 2]), 'w');
    const y = b.op('Add', [b.input('x', 'float32', ['n', 2]), w], {}, { output: 'y' });
    b.output(b.op('Squeeze', [y], { axes: [0] }, { output: 'z' }), 'float32', null);
    const model = b.model();
    const upgraded = upgradeOpset(model);
    expect(upgraded.graph.initializers.get('w')).toBe(w && model.graph.initializers.get('w'));
    expect(upgraded.graph.nodes[0]).toBe(model.graph.nodes[0]);
    expect(upgraded.graph.nodes.at(-1)!.outputs).toEqual(['z']);
  });

  it('reaches into subgraphs', async () => {
    const branch = (prefix: string, op: string): Attribute => {
      const inner = new GraphBuilder({ opset: 11, prefix });
      inner.output(inner.op('Unsqueeze', [inner.op(op, ['x'])], { axes: [0] }), 'float32', null);
      return { type: 'graph', value: inner.graph() };
    };
    const b = new GraphBuilder({ opset: 11 });
    const x = b.input('x', 'float32', [2]);
    const condition = b.op('Greater', [b.op('ReduceSum', [x], { keepdims: 0 }), b.f32(0)]);
    const attributes = { then_branch: branch('t/', 'Neg'), else_branch: branch('e/', 'Exp') };
    b.output(b.op('If', [condition], attributes, { output: 'y' }), 'float32', null);
    const upgraded = upgradeOpset(b.model());
    const result = (await runReference(upgraded, { x: { dims: [2], data: [3, 1] } })).y!;
    expect([result.dims, [...result.data]]).toEqual([
      [1, 2],
      [-3, -1],
    ]);
  });
});

describe('upgradeOpset of the first operator sets, which ONNX Runtime does not run', () => {
  async function result(given: Case): Promise<{ dims: readonly number[]; data: number[] }> {
    const { model, feeds } = build(given);
    const upgraded = typed(upgradeOpset(model));
    const { dims, data } = (await runReference(upgraded, feeds))[upgraded.graph.outputs[0]!.name]!;
    return { dims, data: [...data].map(Number) };
  }
  const ramp = (dims: readonly number[]): Case['inputs'][number] => ({
    ints: Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => i),
    dims,
  });

  it('lays the second operand along the axes from `axis` on', async () => {
    const added = await result({
      op: 'Add',
      opset: 6,
      inputs: [ramp([2, 3, 2]), { ints: [10, 20, 30] }],
      attributes: { broadcast: 1, axis: 1 },
    });
    expect(added.data).toEqual([10, 11, 22, 23, 34, 35, 16, 17, 28, 29, 40, 41]);
    const last = await result({
      op: 'Mul',
      opset: 1,
      inputs: [ramp([2, 2]), { ints: [1, 10] }],
      attributes: { broadcast: 1, consumed_inputs: [0, 0] },
    });
    expect(last.data).toEqual([0, 10, 2, 30]);
  });

  it('reads shapes, numbers of copies, names of types and slopes as they were written', async () => {
    expect((await result({ op: 'Reshape', opset: 1, inputs: [ramp([2, 3])], attributes: { shape: [3, 2] } })).dims).toEqual([
      3, 2,
    ]);
    expect((await result({ op: 'Tile', opset: 1, inputs: [ramp([2]), { ints: [2] }, { ints: [0] }] })).data).toEqual([
      0, 1, 0, 1,
    ]);
    expect((await result({ op: 'Cast', opset: 1, inputs: [{ floats: [1.7] }], attributes: { to: 'INT64' } })).data).toEqual([1]);
    expect((await result({ op: 'PRelu', opset: 6, inputs: [{ floats: [-1] }, { floats: [0.5] }] })).data).toEqual([-0.5]);
    expect((await result({ op: 'Concat', opset: 1, inputs: [ramp([1, 2]), ramp([1, 1])] })).data).toEqual([0, 1, 0]);
    expect((await result({ op: 'Dropout', opset: 6, inputs: [{ floats: [3] }], attributes: { is_test: 1 } })).data).toEqual([3]);
    expect(
      (await result({ op: 'Pad', opset: 1, inputs: [{ floats: [3] }], attributes: { paddings: [1, 0], value: float(2) } })).data,
    ).toEqual([2, 3]);
  });

  it('forgets which inputs were consumed', async () => {
    expect(
      (await result({ op: 'Relu', opset: 1, inputs: [{ floats: [-3, 3] }], attributes: { consumed_inputs: [1] } })).data,
    ).toEqual([0, 3]);
  });

  it('refuses what later operator sets cannot say', () => {
    const { model } = build({ op: 'Resize', opset: 10, inputs: [[1, 1, 4, 4], [4]] });
    expect(() => upgradeOpset(model)).toThrow(/Resize.*its scales are computed/);
  });
});
