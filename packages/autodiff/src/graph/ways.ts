import { type Graph, type Node, reads } from '@incognita/onnx';
import { isBlocked } from '../registry.js';

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
function descendants(graph: Graph, sources: Iterable<string>, passes: (node: Node, output: string) => boolean): Set<string> {
  const names = new Set(sources);
  for (const node of graph.nodes) {
    if (!reads(node).some((input) => names.has(input))) continue;
    for (const output of node.outputs) if (output !== '' && passes(node, output)) names.add(output);
  }
  return names;
}

/** What lies between tensors. */
export interface Ways {
  /** Tensors that depend differentiably on `wrt` and are on a way to `of`. */
  readonly varies: ReadonlySet<string>;
  /** The nodes on a way from `wrt` to `of`, in order. */
  readonly active: readonly Node[];
}

/** The ways from `wrt` to `of` through operators that pass a derivative on and tensors of real numbers. */
export function waysBetween(
  graph: Graph,
  of: readonly string[],
  wrt: readonly string[],
  isDiscrete: (name: string) => boolean,
  stops: (node: Node) => boolean = isBlocked,
): Ways {
  const reached = descendants(graph, wrt, (node, output) => !stops(node) && !isDiscrete(output));
  const { names: needed } = ancestors(graph.nodes, of);
  const varies = new Set([...reached].filter((name) => needed.has(name)));
  const active = graph.nodes.filter(
    (node) => node.outputs.some((output) => varies.has(output)) && reads(node).some((input) => varies.has(input)),
  );
  return { varies, active };
}
