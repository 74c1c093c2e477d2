import { GraphBuilder, type Model, makers, type Node, readers } from '@incognita/onnx';
import { floatOf } from '../../emit/attributes.js';

/**
 * Merges every BatchNormalization into the convolution before it, so that rules see one layer: W' = W k, b' = (b − mean) k +
 * bias with k = scale / √(var + ε). The new weights are written as nodes on the old ones, which an engine computes once, when
 * it opens the model. A convolution whose own output is in `seen`, or read by others, stays.
 *
 * Source: chr5tphr/zennit `src/zennit/core.py` (merge_batch_norm).
 */
export function mergeBatchNormalization(model: Model, seen: ReadonlySet<string>): Model {
  const { graph } = model;
  const read = readers(graph);
  const made = makers(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const merged = new Map<Node, Node>();
  const dropped = new Set<Node>();
  for (const node of graph.nodes) {
    if (node.op !== 'BatchNormalization' || node.domain !== '') continue;
    const before = made.get(node.inputs[0]!);
    if (before?.op !== 'Conv' || before.domain !== '') continue;
    const between = before.outputs[0]!;
    const constants = [...node.inputs.slice(1), ...before.inputs.slice(1)].filter((name) => name !== '');
    const alone = read.get(between)?.length === 1 && !seen.has(between) && !outputs.has(between);
    const dtype = graph.initializers.get(before.inputs[1]!)?.dtype;
    if (dtype !== 'float32' && dtype !== 'float64') continue;
    if (!alone || !constants.every((name) => graph.initializers.has(name) && !seen.has(name))) continue;
    merged.set(node, before);
    dropped.add(before);
  }
  if (merged.size === 0) return model;
  const b = new GraphBuilder({ opset: model.opsets.get('') ?? 18, prefix: 'merged/' });
  b.append([], graph.initializers);
  b.reserve([...graph.inputs, ...graph.outputs].map(({ name }) => name));
  b.reserve(graph.nodes.flatMap((node) => node.outputs));
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (dropped.has(node)) return [];
    const conv = merged.get(node);
    return conv
      ? [{ ...conv, inputs: [conv.inputs[0]!, ...weights(b, model, conv, node)], outputs: node.outputs.slice(0, 1) }]
      : [node];
  });
  const written = b.graph();
  return { ...model, graph: { ...graph, nodes: [...written.nodes, ...nodes], initializers: written.initializers } };
}

/** The names of W' and b'. */
function weights(b: GraphBuilder, model: Model, conv: Node, node: Node): [string, string] {
  const [, scale, shift, mean, variance] = node.inputs as [string, string, string, string, string];
  const [, weight, bias] = conv.inputs as [string, string, string | undefined];
  const { dtype, dims } = model.graph.initializers.get(weight)!;
  const epsilon = b.f32(floatOf(node, 'epsilon', 1e-5));
  const like = dtype === 'float32' ? epsilon : b.op('Cast', [epsilon], { to: 11 });
  const gain = b.op('Div', [scale, b.op('Sqrt', [b.op('Add', [variance, like])])]);
  const column = b.op('Reshape', [gain, b.i64([-1, ...dims.slice(1).map(() => 1)])]);
  const rest = bias ? b.op('Sub', [bias, mean]) : b.op('Neg', [mean]);
  return [b.op('Mul', [weight, column]), b.op('Add', [b.op('Mul', [rest, gain]), shift])];
}
