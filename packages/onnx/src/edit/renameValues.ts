import type { Attribute, Graph, Model, Node, ValueInfo } from '../types.js';
import { valueNames } from '../walk.js';

/**
 * Renames values everywhere in a model: inputs, outputs, initializers, intermediate values and what subgraphs take from around them.
 * Throws where two values would get one name.
 *
 * @example
 * renameValues(model, new Map([['input.1', 'image']]));
 */
export function renameValues(model: Model, names: ReadonlyMap<string, string>): Model {
  const kept = [...valueNames(model.graph)].filter((name) => name !== '');
  const result = new Map<string, string>();
  for (const name of kept) {
    const next = names.get(name) ?? name;
    const other = result.get(next);
    if (other !== undefined) throw new Error(`Renaming gives "${other}" and "${name}" the same name "${next}".`);
    result.set(next, name);
  }
  return { ...model, graph: renameGraph(model.graph, (name) => names.get(name) ?? name) };
}

/** Puts a prefix before the names of all values and nodes but those of `except`, so that two models can be joined. */
export function prefixNames(model: Model, prefix: string, except: Iterable<string> = []): Model {
  const fixed = new Set(except);
  const graph = renameGraph(model.graph, (name) => (name === '' || fixed.has(name) ? name : prefix + name));
  return {
    ...model,
    graph: { ...graph, nodes: graph.nodes.map((node) => (node.name === '' ? node : { ...node, name: prefix + node.name })) },
  };
}

/** Applies a renaming to every name of a graph. */
export function renameGraph(graph: Graph, to: (name: string) => string): Graph {
  const value = (info: ValueInfo): ValueInfo => (to(info.name) === info.name ? info : { ...info, name: to(info.name) });
  return {
    ...graph,
    nodes: graph.nodes.map((node) => renameNode(node, to)),
    inputs: graph.inputs.map(value),
    outputs: graph.outputs.map(value),
    initializers: new Map([...graph.initializers].map(([name, tensor]) => [to(name), tensor])),
    valueInfo: new Map([...graph.valueInfo].map(([name, info]) => [to(name), value(info)])),
  };
}

/** Applies a renaming to every name of a node and of its bodies. */
export function renameNode(node: Node, to: (name: string) => string): Node {
  const attributes: Record<string, Attribute> = {};
  for (const [key, attribute] of Object.entries(node.attributes))
    attributes[key] = attribute.type === 'graph' ? { type: 'graph', value: renameGraph(attribute.value, to) } : attribute;
  return { ...node, inputs: node.inputs.map(to), outputs: node.outputs.map(to), attributes };
}
