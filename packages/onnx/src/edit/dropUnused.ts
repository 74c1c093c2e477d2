import type { Model, Node } from '../types.js';
import { outerReferences } from '../walk.js';

/** Without the nodes whose outputs nobody reads and the initializers that no node and no output needs. */
export function dropUnused(model: Model): Model {
  const { graph } = model;
  const needed = new Set(graph.outputs.map((v) => v.name));
  const nodes: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    nodes.push(node);
    for (const name of [...node.inputs, ...outerReferences(node)]) needed.add(name);
  }
  const initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name)));
  return { ...model, graph: { ...graph, nodes: nodes.reverse(), initializers } };
}
