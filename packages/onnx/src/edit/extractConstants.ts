import { tensorOf } from '../build/builder.js';
import type { Model, Node, Tensor } from '../types.js';

/** Constant nodes of the main graph become initializers of the same name; tensors keep sharing the file's bytes. */
export function extractConstants(model: Model): Model {
  const { graph } = model;
  const initializers = new Map(graph.initializers);
  const outputs = new Set(graph.outputs.map((v) => v.name));
  const nodes = graph.nodes.filter((node) => {
    const tensor = node.op === 'Constant' && node.domain === '' ? constantTensor(node) : null;
    const name = node.outputs[0]!;
    if (tensor === null || outputs.has(name)) return true;
    initializers.set(name, tensor);
    return false;
  });
  return nodes.length === graph.nodes.length ? model : { ...model, graph: { ...graph, nodes, initializers } };
}

/** The tensor that a Constant node makes; null for strings and sparse tensors. */
function constantTensor(node: Node): Tensor | null {
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.type === 'tensor') return attribute.value;
    if (attribute.type === 'float' || attribute.type === 'floats') return tensorOf('float32', attribute.value);
    if (attribute.type === 'int' || attribute.type === 'ints') return tensorOf('int64', attribute.value);
  }
  return null;
}
