import { type Model, type Node, reads, valueNames } from '@incognita/onnx';
import { intOf } from '../emit/attributes.js';

/**
 * A max-pool of a concatenation of channels that nobody else reads becomes the concatenation of max-pools: the same numbers, a
 * smaller tensor to put together, and cotangents that come apart where they are smallest. `seen` are tensors that must stay.
 */
export function poolsBeforeConcats(model: Model, seen: ReadonlySet<string>): Model {
  const { graph } = model;
  const readers = new Map<string, number>();
  for (const node of graph.nodes) for (const name of reads(node)) readers.set(name, (readers.get(name) ?? 0) + 1);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const concatOf = new Map<string, Node>();
  for (const node of graph.nodes) {
    const name = node.outputs[0]!;
    if (isOf(node, 'Concat') && intOf(node, 'axis', 1) === 1 && readers.get(name) === 1 && !outputs.has(name) && !seen.has(name))
      concatOf.set(name, node);
  }
  const moved = new Set<Node>();
  for (const node of graph.nodes) {
    const concat = isOf(node, 'MaxPool') && node.outputs.length === 1 ? concatOf.get(node.inputs[0]!) : undefined;
    if (concat) moved.add(node).add(concat);
  }
  if (moved.size === 0) return model;
  const taken = valueNames(graph);
  const nodes = graph.nodes.flatMap((node): Node[] => {
    if (!moved.has(node)) return [node];
    if (node.op === 'Concat') return [];
    const concat = concatOf.get(node.inputs[0]!)!;
    const pools = concat.inputs.map((input, i): Node => {
      let name = `${node.outputs[0]}/part ${i}`;
      while (taken.has(name)) name += '+';
      return { ...node, name, inputs: [input], outputs: [name] };
    });
    return [...pools, { ...concat, inputs: pools.map(({ name }) => name), outputs: node.outputs }];
  });
  return { ...model, graph: { ...graph, nodes } };
}

function isOf(node: Node, op: string): boolean {
  return node.op === op && node.domain === '';
}
