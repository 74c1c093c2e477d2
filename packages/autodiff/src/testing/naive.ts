import { type Model, type Node, readTensor } from '@incognita/onnx';
import { type Doubles, referenceNode } from './reference.js';

/** One node of a naive backward pass: its numbers, and what it does to each input as a matrix. */
export interface NaiveNode {
  readonly node: Node;
  readonly inputs: readonly Doubles[];
  readonly output: Doubles;
  /** [out][in] of an operator that is affine in its i-th input. */
  matrix(input: number): Float64Array[];
  /** What remains where that input is zero. */
  bias(input: number): Float64Array;
}

/** What goes to each input, from what arrives at the output. */
export type NaiveRule = (at: NaiveNode, g: Float64Array) => (Float64Array | null)[];

/**
 * A backward pass by definition, for one example, in double precision: rules are given as functions of dense matrices,
 * which are read off the operator by feeding it every unit vector.
 *
 * @returns what arrives at every tensor.
 */
export function naiveBackward(
  model: Model,
  image: Doubles,
  of: string,
  seed: (value: Float64Array) => Float64Array,
  rules: Readonly<Record<string, NaiveRule>>,
): { arrived: Map<string, Float64Array>; values: Map<string, Doubles> } {
  const values = new Map<string, Doubles>([[model.graph.inputs[0]!.name, image]]);
  for (const [name, tensor] of model.graph.initializers)
    values.set(name, { data: Float64Array.from(readTensor(tensor) as ArrayLike<number | bigint>, Number), dims: tensor.dims });
  const done: NaiveNode[] = [];
  for (const node of model.graph.nodes) {
    const inputs = node.inputs.map((name) => values.get(name)!);
    const output = referenceNode(node, inputs);
    values.set(node.outputs[0]!, output);
    done.push({ node, inputs, output, ...affine(node, inputs) });
  }
  const arrived = new Map([[of, seed(values.get(of)!.data)]]);
  for (const at of done.reverse()) {
    const g = arrived.get(at.node.outputs[0]!);
    if (!g) continue;
    const rule = rules[at.node.op] ?? exactRules[at.node.op] ?? transposed;
    for (const [i, part] of rule(at, g).entries()) {
      const name = at.node.inputs[i]!;
      if (!part || model.graph.initializers.has(name)) continue;
      const before = arrived.get(name);
      arrived.set(name, before ? before.map((v, k) => v + part[k]!) : part);
    }
  }
  return { arrived, values };
}

function affine(node: Node, inputs: readonly Doubles[]): Pick<NaiveNode, 'matrix' | 'bias'> {
  const at = (input: number, data: Float64Array): Float64Array =>
    referenceNode(node, inputs.with(input, { data, dims: inputs[input]!.dims })).data;
  const bias = (input: number): Float64Array => at(input, new Float64Array(inputs[input]!.data.length));
  return {
    bias,
    matrix: (input) => {
      const rest = bias(input);
      const rows = Array.from(rest, () => new Float64Array(inputs[input]!.data.length));
      for (let j = 0; j < inputs[input]!.data.length; j++) {
        const unit = new Float64Array(inputs[input]!.data.length);
        unit[j] = 1;
        for (const [k, v] of at(input, unit).entries()) rows[k]![j] = v - rest[k]!;
      }
      return rows;
    },
  };
}

/** Σₖ gₖ Wₖⱼ */
export function timesMatrix(g: ArrayLike<number>, rows: readonly Float64Array[]): Float64Array {
  const result = new Float64Array(rows[0]!.length);
  for (const [k, row] of rows.entries()) for (let j = 0; j < row.length; j++) result[j]! += g[k]! * row[j]!;
  return result;
}

const transposed: NaiveRule = (at, g) =>
  at.inputs.map((_, i) => (i > 0 && !['Add', 'Concat'].includes(at.node.op) ? null : timesMatrix(g, at.matrix(i))));

const exactRules: Readonly<Record<string, NaiveRule>> = {
  Relu: ({ inputs: [x] }, g) => [g.map((v, i) => (x!.data[i]! > 0 ? v : 0))],
  Clip: ({ inputs: [x, low, high] }, g) => [
    g.map((v, i) => (x!.data[i]! > low!.data[0]! && x!.data[i]! < high!.data[0]! ? v : 0)),
    null,
    null,
  ],
  MaxPool: ({ node, inputs: [x] }, g) => {
    // Equal elements are told apart by a little that the first has more of.
    const apart = x!.data.map((v, i) => v - i * 1e-9);
    const places = new Map(Array.from(apart, (v, i) => [v, i]));
    const result = new Float64Array(apart.length);
    for (const [k, v] of referenceNode(node, [{ data: apart, dims: x!.dims }]).data.entries()) result[places.get(v)!]! += g[k]!;
    return [result];
  },
};
