import type { Attribute, Dim, Graph, Model, Node, TensorType, ValueInfo } from '@incognita/onnx';
import type { Draw } from '../../conformance/draw.js';
import { rules } from '../../registry.js';

/** Names that objects have already, that are empty, or that no program would choose. */
const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'd/add', '(', 'y', '\u0000'];
const NUMBERS = [
  0,
  1,
  -1,
  2,
  3,
  7,
  -2,
  64,
  1000,
  20_000,
  1e6,
  2 ** 31,
  -(2 ** 31),
  2 ** 40,
  2 ** 53,
  -(2 ** 53),
  0.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
];
const DEEPEST = 400;

type Change = (model: Model, draw: Draw) => Model;

const withGraph = (model: Model, change: Partial<Graph>): Model => {
  const { proto: _, ...graph } = model.graph;
  return { ...model, graph: { ...graph, ...change } };
};

const bare = ({ proto: _, ...node }: Node): Node => node;

/** One node is replaced; nothing where there is none. */
const changeNode =
  (change: (node: Node, draw: Draw, model: Model) => Partial<Node>): Change =>
  (model, draw) => {
    const { nodes } = model.graph;
    if (nodes.length === 0) return model;
    const at = draw.integer(0, nodes.length - 1);
    return withGraph(model, { nodes: nodes.with(at, { ...bare(nodes[at]!), ...change(nodes[at]!, draw, model) }) });
  };

const anyName = (draw: Draw, { graph }: Model): string => {
  const names = [...graph.inputs.map((i) => i.name), ...graph.initializers.keys(), ...graph.nodes.flatMap((n) => n.outputs)];
  return draw.chance(0.15) || names.length === 0 ? draw.pick(NAMES) : draw.pick(names);
};

function anyAttribute(draw: Draw): Attribute {
  const whole = (): number => Math.trunc(draw.pick(NUMBERS.filter(Number.isFinite)));
  const count = draw.pick([0, 1, 2, 3, 4, 8]);
  switch (draw.integer(0, 4)) {
    case 0:
      return { type: 'int', value: whole() };
    case 1:
      return { type: 'float', value: draw.pick(NUMBERS) };
    case 2:
      return { type: 'ints', value: draw.times(count, whole) };
    case 3:
      return { type: 'floats', value: draw.times(count, () => draw.pick(NUMBERS)) };
    default:
      return { type: 'string', value: draw.pick([...NAMES, 'SAME_UPPER', 'linear', 'i->i', '...i,i...', 'reflect']) };
  }
}

const changeAttribute = changeNode((node, draw) => {
  const names = [
    ...Object.keys(node.attributes),
    'axis',
    'axes',
    'pads',
    'strides',
    'perm',
    'kernel_shape',
    'to',
    'keepdims',
    'group',
  ];
  const name = draw.pick(names);
  if (draw.chance(0.2)) {
    const { [name]: _, ...rest } = node.attributes;
    return { attributes: rest };
  }
  return { attributes: { ...node.attributes, [name]: anyAttribute(draw) } };
});

const anyDim = (draw: Draw): Dim =>
  draw.pick<Dim>([0, 1, 2, 3, 5, 64, 1000, 20_000, 1e6, -1, 2 ** 31, 2 ** 40, 'n', '', 'n*m', '__proto__', null]);

function anyType(draw: Draw, type: TensorType | null): TensorType {
  const dtype = draw.chance(0.3)
    ? draw.pick(['int64', 'bool', 'float16', 'float64', 'string', 'uint8', 'int4'] as const)
    : 'float32';
  const shape = type?.shape && draw.chance() ? [...type.shape] : draw.times(draw.integer(0, 5), () => anyDim(draw));
  if (shape.length > 0) shape[draw.integer(0, shape.length - 1)] = anyDim(draw);
  return { dtype, shape: draw.chance(0.1) ? null : shape };
}

const changeType: Change = (model, draw) => {
  const change = (values: readonly ValueInfo[]): ValueInfo[] => {
    if (values.length === 0) return [];
    const at = draw.integer(0, values.length - 1);
    return values.with(at, { name: values[at]!.name, type: anyType(draw, values[at]!.type) });
  };
  return draw.chance(0.8)
    ? withGraph(model, { inputs: change(model.graph.inputs) })
    : withGraph(model, { outputs: change(model.graph.outputs) });
};

/** Other dimensions for a constant, or other whole numbers in it. */
const changeConstant: Change = (model, draw) => {
  const all = [...model.graph.initializers];
  if (all.length === 0) return model;
  const [name, tensor] = draw.pick(all);
  const initializers = new Map(all);
  const { data } = tensor;
  if (draw.chance(0.4) || data.kind !== 'inline' || tensor.dtype !== 'int64') {
    const dims =
      tensor.dims.length > 0 && draw.chance()
        ? [...tensor.dims].reverse()
        : draw.times(draw.integer(0, 3), () => draw.pick([0, 1, 2, 2 ** 40]));
    initializers.set(name, { dtype: draw.chance(0.2) ? 'int32' : tensor.dtype, dims, data });
  } else {
    const numbers = new BigInt64Array(data.bytes.slice().buffer).map((v) =>
      draw.chance() ? BigInt(Math.trunc(draw.pick(NUMBERS.filter(Number.isFinite)))) : v,
    );
    initializers.set(name, {
      dtype: 'int64',
      dims: tensor.dims,
      data: { kind: 'inline', bytes: new Uint8Array(numbers.buffer) },
    });
  }
  return withGraph(model, { initializers });
};

/** An If around the last node, in an If, in an If, … */
const nest: Change = (model, draw) => {
  const { nodes } = model.graph;
  const last = nodes.at(-1);
  if (!last) return model;
  const depth = draw.pick([1, 2, 10, DEEPEST]);
  let inner = bare(last);
  for (let i = 0; i < depth; i++) {
    const outputs = inner.outputs.map((name) => ({ name, type: null }));
    const body: Graph = { name: `body${i}`, nodes: [inner], inputs: [], outputs, initializers: new Map(), valueInfo: new Map() };
    const empty: Graph = { ...body, nodes: [] };
    const attributes: Record<string, Attribute> = {
      then_branch: { type: 'graph', value: body },
      else_branch: { type: 'graph', value: empty },
    };
    inner = {
      op: draw.chance(0.9) ? 'If' : 'Loop',
      domain: '',
      name: '',
      inputs: [anyName(draw, model)],
      outputs: last.outputs,
      attributes,
    };
  }
  return withGraph(model, { nodes: [...nodes.slice(0, -1), inner] });
};

const changes: readonly Change[] = [
  changeAttribute,
  changeAttribute,
  changeType,
  changeType,
  changeConstant,
  changeConstant,
  nest,
  changeNode((node, draw) => ({ inputs: draw.order(node.inputs.length).map((i) => node.inputs[i]!) })),
  changeNode((node, draw, model) =>
    node.inputs.length === 0 ? {} : { inputs: node.inputs.with(draw.integer(0, node.inputs.length - 1), anyName(draw, model)) },
  ),
  changeNode((node, draw) => ({ inputs: node.inputs.slice(0, draw.integer(0, Math.max(0, node.inputs.length - 1))) })),
  changeNode((node, draw, model) => ({ inputs: [...node.inputs, anyName(draw, model)] })),
  changeNode((_node, draw) => ({ op: draw.pick([...rules.keys(), ...NAMES]) })),
  changeNode((_node, draw) => ({ domain: draw.pick(['com.microsoft', 'ai.onnx', '__proto__', 'ai.onnx.ml']) })),
  changeNode((node, draw, model) => ({ outputs: node.outputs.map((name) => (draw.chance(0.3) ? anyName(draw, model) : name)) })),
  changeNode((node, draw) => ({ outputs: [...node.outputs, ...draw.times(draw.integer(1, 3), (i) => `more${i}`)] })),
  (model, draw) => withGraph(model, { nodes: model.graph.nodes.filter(() => !draw.chance(0.2)) }),
  (model, draw) => withGraph(model, { nodes: draw.order(model.graph.nodes.length).map((i) => model.graph.nodes[i]!) }),
  (model, draw) => ({
    ...model,
    opsets: new Map([
      ['', draw.pick([-1, 0, 1, 6, 7, 11, 13, 17, 18, 25, 1000])],
      ['com.microsoft', 1],
    ]),
  }),
];

/** The model with one to four changes that no exporter would make. */
export function mutateModel(model: Model, draw: Draw): Model {
  let mutated = model;
  for (let count = draw.integer(1, 4); count > 0; count--) mutated = draw.pick(changes)(mutated, draw);
  return mutated;
}
