import type { Graph, Node } from './types.js';

/** The subgraphs that a node carries in its attributes (If, Loop, Scan). */
export function subgraphs(node: Node): Graph[] {
  const graphs: Graph[] = [];
  for (const attribute of Object.values(node.attributes)) if (attribute.type === 'graph') graphs.push(attribute.value);
  return graphs;
}

/** Names that a node's subgraphs read from the graphs around them. */
export function outerReferences(node: Node): string[] {
  const names: string[] = [];
  for (const graph of subgraphs(node)) {
    const defined = new Set([...graph.initializers.keys(), ...graph.inputs.map((v) => v.name)]);
    for (const inner of graph.nodes) for (const name of inner.outputs) defined.add(name);
    for (const inner of graph.nodes)
      for (const name of [...inner.inputs, ...outerReferences(inner)]) if (name !== '' && !defined.has(name)) names.push(name);
    for (const output of graph.outputs) if (!defined.has(output.name)) names.push(output.name);
  }
  return names;
}

/** Every value that a node reads: its inputs and what its subgraphs take from around them. */
export function reads(node: Node): string[] {
  return [...node.inputs.filter((name) => name !== ''), ...outerReferences(node)];
}

/** The node that makes each value. */
export function makers(graph: Graph): Map<string, Node> {
  const map = new Map<string, Node>();
  for (const node of graph.nodes) for (const name of node.outputs) if (name !== '') map.set(name, node);
  return map;
}

/** The nodes that read each value, in graph order. */
export function readers(graph: Graph): Map<string, Node[]> {
  const map = new Map<string, Node[]>();
  for (const node of graph.nodes)
    for (const name of new Set(reads(node))) {
      const list = map.get(name);
      if (list === undefined) map.set(name, [node]);
      else list.push(node);
    }
  return map;
}

/** Every name that a graph uses for a value, its subgraphs' included. */
export function valueNames(graph: Graph): Set<string> {
  const names = new Set([...graph.inputs.map((v) => v.name), ...graph.initializers.keys(), ...graph.outputs.map((v) => v.name)]);
  for (const node of graph.nodes) {
    for (const name of node.outputs) names.add(name);
    for (const inner of subgraphs(node)) for (const name of valueNames(inner)) names.add(name);
  }
  return names;
}
