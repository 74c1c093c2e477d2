import { type Graph, type Node, reads } from '@incognita/onnx';
import { bodyFlow } from '../control/bodies.js';
import type { Emitter } from '../emit/emitter.js';

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

/** What decides where derivatives pass. */
export interface Passage {
  readonly isDiscrete: (name: string) => boolean;
  /** Nodes that pass no derivative on. */
  readonly stops: (node: Node) => boolean;
  /** The outputs of a node that depend on any of the names, where that is more than all or nothing; else null. */
  readonly through?: (node: Node, names: ReadonlySet<string>) => readonly string[] | null;
}

/** Where derivatives pass in a graph whose types `e` knows. */
export function passage(e: Emitter, stops: (node: Node) => boolean): Passage {
  return { isDiscrete: (name) => e.isDiscrete(name), stops, through: (node, names) => bodyFlow(e, node, names, stops) };
}

/** Every tensor that depends on the sources through nodes that pass a derivative on. */
export function descendants(
  graph: Pick<Graph, 'nodes'>,
  sources: Iterable<string>,
  { isDiscrete, stops, through }: Passage,
): Set<string> {
  const names = new Set(sources);
  for (const node of graph.nodes) {
    if (stops(node) || !reads(node).some((input) => names.has(input))) continue;
    for (const output of through?.(node, names) ?? node.outputs) if (output !== '' && !isDiscrete(output)) names.add(output);
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
export function waysBetween(graph: Pick<Graph, 'nodes'>, of: Iterable<string>, wrt: Iterable<string>, passes: Passage): Ways {
  const reached = descendants(graph, wrt, passes);
  const { names: needed } = ancestors(graph.nodes, of);
  const varies = new Set([...reached].filter((name) => needed.has(name)));
  const active = graph.nodes.filter(
    (node) => node.outputs.some((output) => varies.has(output)) && reads(node).some((input) => varies.has(input)),
  );
  return { varies, active };
}
