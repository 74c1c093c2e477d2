import { type Model, makers, type Node, type TensorType } from '@incognita/onnx';
import type { UnitTrace } from './traceUnit.js';

/** Names of values that are added to a graph to read an operator's parts. */
export const PART = {
  channel: 'incognita:channel',
  kernel: 'incognita:kernel',
  bias: 'incognita:bias',
  input: 'incognita:input',
  sum: 'incognita:sum',
} as const;

/** The operator's parts, with a bias that is added behind it taken in. */
export interface Parts {
  readonly node: Node;
  /** Axis of the output that counts channels, and the axis of the weights that does. */
  readonly channelAxis: number;
  readonly weightAxis: number;
  readonly bias: string | null;
  /** The tensor that holds total + bias, and the unit's place there. */
  readonly sum: string;
  readonly index: readonly number[];
  readonly way: readonly {
    readonly op: string;
    readonly tensor: string;
    readonly index: readonly number[];
    readonly other: string | null;
  }[];
}

/** Tells the parts of the operator that a unit was traced to. */
export function partsOf(model: Model, { node, index, way }: UnitTrace, types: ReadonlyMap<string, TensorType>): Parts {
  const turned = node.attributes.transB?.type === 'int' && node.attributes.transB.value === 1;
  const channelAxis = node.op === 'Conv' ? 1 : index.length - 1;
  const weightAxis =
    node.op === 'Conv' || (node.op === 'Gemm' && turned) ? 0 : (types.get(node.inputs[1]!)?.shape?.length ?? 2) - 1;
  const made = makers(model.graph);
  const isConstant = (name: string): boolean => model.graph.initializers.has(name) || made.get(name)?.op === 'Constant';
  const shapeOf = (name: string): string => types.get(name)?.shape?.join() ?? '';
  const [first] = way;
  const own = node.inputs[2] || null;
  const added = first?.node.op === 'Add' ? first.node.inputs.find((name) => name !== node.outputs[0]) : undefined;
  const vector = added !== undefined && isConstant(added) && types.get(added)?.shape?.length === 1;
  // What a MatMul gets its bias from; behind a convolution a vector would lie along another axis.
  const sum = own === null && vector && node.op !== 'Conv' ? first! : null;
  const rest = sum === null ? way : way.slice(1);
  return {
    ...{ node, channelAxis, weightAxis },
    bias: sum === null ? own : added!,
    sum: sum === null ? node.outputs[0]! : sum.tensor,
    index: sum === null ? index : sum.index,
    way: rest.map(({ node: step, tensor, index: place }, i) => {
      const from = i > 0 ? rest[i - 1]!.tensor : sum === null ? node.outputs[0]! : sum.tensor;
      const adds = step.op === 'Add' || step.op === 'Sum';
      const other = adds
        ? step.inputs.find((name) => name !== from && !isConstant(name) && shapeOf(name) === shapeOf(tensor))
        : undefined;
      return { op: step.op, tensor, index: place, other: other ?? null };
    }),
  };
}

/** The model with the operator's input, its kernel for one channel (an input of the graph), bias and sum as float32 values of known names. */
export function withKernel(model: Model, { node, weightAxis, bias, sum }: Parts, types: ReadonlyMap<string, TensorType>): Model {
  const extra: Node[] = [];
  const add = (op: string, inputs: string[], output: string, attributes: Node['attributes'] = {}): string => {
    extra.push({ op, domain: '', name: output, inputs, outputs: [output], attributes });
    return output;
  };
  const plain = (name: string, output: string): string =>
    types.get(name)?.dtype === 'float32'
      ? add('Identity', [name], output)
      : add('Cast', [name], output, { to: { type: 'int', value: 1 } });
  const gathered = (name: string, axis: number, output: string): void => {
    plain(add('Gather', [name, PART.channel], `${output}:stored`, { axis: { type: 'int', value: axis } }), output);
  };
  plain(node.inputs[0]!, PART.input);
  gathered(node.inputs[1]!, weightAxis, PART.kernel);
  if (bias !== null) {
    const rank = types.get(bias)?.shape?.length ?? 1;
    gathered(bias, Math.max(0, rank - 1), PART.bias);
  }
  plain(sum, PART.sum);
  const channel = { name: PART.channel, type: { dtype: 'int64', shape: [] } } as const;
  return {
    ...model,
    graph: { ...model.graph, nodes: [...model.graph.nodes, ...extra], inputs: [...model.graph.inputs, channel] },
  };
}
