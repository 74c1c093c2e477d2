import type { Graph, Node } from '@incognita/onnx';

/** Every tensor that a node reads, with those that its subgraphs take from outside. */
export function readsOf(node: Node): string[] {
  const names = node.inputs.filter((name) => name !== '');
  for (const attribute of Object.values(node.attributes)) {
    if (attribute.type !== 'graph') continue;
    const inner = attribute.value;
    const made = new Set([...inner.inputs.map((value) => value.name), ...inner.initializers.keys()]);
    for (const child of inner.nodes) for (const output of child.outputs) made.add(output);
    for (const child of inner.nodes) names.push(...readsOf(child).filter((name) => !made.has(name)));
    names.push(...inner.outputs.map((value) => value.name).filter((name) => !made.has(name)));
  }
  return names;
}

/** The nodes that are needed for the given tensors, in their order, and every name that these nodes read. */
export function ancestors(nodes: readonly Node[], targets: Iterable<string>): { nodes: Node[]; names: Set<string> } {
  const names = new Set(targets);
  const kept: Node[] = [];
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    if (!node.outputs.some((output) => output !== '' && names.has(output))) continue;
    kept.push(node);
    for (const name of readsOf(node)) names.add(name);
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
    if (!readsOf(node).some((input) => names.has(input))) continue;
    for (const output of node.outputs) if (output !== '' && passes(node, output)) names.add(output);
  }
  return names;
}
