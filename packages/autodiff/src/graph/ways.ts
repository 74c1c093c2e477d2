import { type Graph, type Node, reads } from '@incognita/onnx';

/** The nodes that are needed for the given tensors, in their order, and every name that these nodes read. */
export function ancestors(nodes: readonly Node[], targets: Iterable<string>): { nodes: Node[]; names: Set<string> } {
  const names = new Set(targets);
  const kept: Node[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (!node.outputs.some((output) => output !== '' && names.has(output))) continue;
    kept.push(node);
    for (const name of reads(node)) names.add(name);
  }
  return { nodes: kept.reverse(), names };
}

/** Every tensor that depends on the sources through nodes that pass a derivative on. */
export function descendants(
  graph: Graph,
  sources: Iterable<string>,
  passes: (node: Node, output: string) => boolean,
): Set<string> {
  const names = new Set(sources);
  for (const node of graph.nodes) {
    if (!reads(node).some((input) => names.has(input))) continue;
    for (const output of node.outputs) if (output !== '' && passes(node, output)) names.add(output);
  }
  return names;
}
