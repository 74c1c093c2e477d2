import type { Model, Node } from '@incognita/onnx';

const RECTIFIERS = new Set(['Relu', 'Clip', 'LeakyRelu', 'PRelu', 'ThresholdedRelu']);

/** A model and the tensor in it that holds a layer before its rectifier. */
export interface BeforeActivation {
  readonly model: Model;
  readonly tensor: string;
}

/**
 * A layer's values before they are rectified: what can be negative, and what a negative picture is optimised for. Of a concatenation of
 * rectified branches that is the concatenation of the branches, which is added to the graph. A layer without a rectifier stays as it is.
 *
 * Source: Olah et al., "Feature visualization", Distill 2017, show negative neurons at `…_pre_relu` tensors.
 *
 * @example beforeActivation(model, '/fire8/Concat_output_0').tensor; // '/fire8/Concat_output_0:before'
 */
export function beforeActivation(model: Model, tensor: string): BeforeActivation {
  const maker = (name: string): Node | undefined => model.graph.nodes.find(({ outputs }) => outputs[0] === name);
  const node = maker(tensor);
  if (node && RECTIFIERS.has(node.op)) return { model, tensor: node.inputs[0]! };
  if (node?.op !== 'Concat') return { model, tensor };
  const branches = node.inputs.map((name) => beforeActivation(model, name).tensor);
  if (branches.every((name, i) => name === node.inputs[i])) return { model, tensor };
  const output = `${tensor}:before`;
  const joined: Node = { ...node, name: output, inputs: branches, outputs: [output] };
  const at = model.graph.nodes.indexOf(node);
  const nodes = [...model.graph.nodes.slice(0, at + 1), joined, ...model.graph.nodes.slice(at + 1)];
  return { model: { ...model, graph: { ...model.graph, nodes } }, tensor: output };
}
