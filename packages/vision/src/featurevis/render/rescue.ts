import type { Model, Node } from '@incognita/onnx';

/** Operators through which the search for a layer's last activations passes. */
const TRANSPARENT = new Set([
  'Concat',
  'Identity',
  'Dropout',
  'MaxPool',
  'AveragePool',
  'GlobalAveragePool',
  'Flatten',
  'Reshape',
  'Squeeze',
]);
/** How much of a negative value, and of its gradient, gets through. */
const SLOPE = 0.1;

/**
 * The same network with leaky rectifiers at the end, right before `tensor`: there a unit that is dead for a picture still says in which direction it
 * would wake up. Pictures that get no gradient at all from the network take it from this one, which is what tensorflow/lucid
 * `lucid/misc/redirected_relu_grad.py` does inside the gradient. Null where no rectifier precedes the tensor: then no gradient vanishes that way.
 */
export function withLeakyEnd(model: Model, tensor: string): Model | null {
  const { graph } = model;
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const rectifiers = new Set<Node>();
  const visited = new Set<string>();
  const pending = [tensor];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const node = makers.get(name);
    if (!node || visited.has(name)) continue;
    visited.add(name);
    if (node.op === 'Relu') rectifiers.add(node);
    else if (TRANSPARENT.has(node.op)) pending.push(...node.inputs);
  }
  if (rectifiers.size === 0) return null;
  const nodes = graph.nodes.map((node): Node => {
    if (!rectifiers.has(node)) return node;
    const { proto: _, ...plain } = node;
    return { ...plain, op: 'LeakyRelu', attributes: { alpha: { type: 'float', value: SLOPE } } };
  });
  return { ...model, graph: { ...graph, nodes } };
}
