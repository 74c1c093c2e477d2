import type { Model } from '@incognita/onnx';

/** The model without the biases of its convolutions and dense layers. */
export function withoutBiases(model: Model): Model {
  const nodes = model.graph.nodes.map((node) =>
    node.op === 'Conv' || node.op === 'Gemm' ? { ...node, inputs: node.inputs.slice(0, 2) } : node,
  );
  return { ...model, graph: { ...model.graph, nodes } };
}
