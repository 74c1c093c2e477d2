import { infer, type ShapeOverrides } from '../shapes/infer.js';
import type { Graph, Model, Node, Tensor } from '../types.js';
import { valueNames } from '../walk.js';

/**
 * Replaces every If whose condition follows from the shapes by the branch that is taken (exporters write such nodes for
 * `squeeze` and the like). An If that depends on data stays.
 */
export function flattenIf(model: Model, shapes: ShapeOverrides = {}): Model {
  let current = model;
  while (current.graph.nodes.some((node) => node.op === 'If' && node.domain === '')) {
    const { values } = infer(current, shapes);
    const next = flattenOnce(current, (name) => {
      const value = values.get(name)?.data[0];
      return typeof value === 'number' ? value !== 0 : null;
    });
    if (next === null) return current;
    current = next;
  }
  return current;
}

function flattenOnce(model: Model, truth: (name: string) => boolean | null): Model | null {
  const taken = valueNames(model.graph);
  const initializers = new Map(model.graph.initializers);
  const nodes: Node[] = [];
  let changed = false;
  for (const node of model.graph.nodes) {
    const condition = node.op === 'If' && node.domain === '' ? truth(node.inputs[0]!) : null;
    const branch = condition === null ? undefined : node.attributes[condition ? 'then_branch' : 'else_branch'];
    if (branch?.type !== 'graph') nodes.push(node);
    else {
      nodes.push(...inlined(branch.value, node, taken, initializers));
      changed = true;
    }
  }
  return changed ? { ...model, graph: { ...model.graph, nodes, initializers } } : null;
}

/** A branch's nodes with names of their own; its outputs get the names of the If's. */
function inlined(branch: Graph, node: Node, taken: Set<string>, initializers: Map<string, Tensor>): Node[] {
  const names = new Map<string, string>();
  const inner = [...branch.initializers.keys(), ...branch.nodes.flatMap((child) => child.outputs)];
  for (const name of inner) {
    if (name === '') continue;
    let fresh = `${node.outputs[0]}/${name}`;
    while (taken.has(fresh)) fresh += '_';
    taken.add(fresh);
    names.set(name, fresh);
  }
  const identities: Node[] = [];
  for (const [i, { name }] of branch.outputs.entries()) {
    const output = node.outputs[i]!;
    identities.push({
      op: 'Identity',
      domain: '',
      name: output,
      inputs: [names.get(name) ?? name],
      outputs: [output],
      attributes: {},
    });
  }
  for (const [name, tensor] of branch.initializers) initializers.set(names.get(name)!, tensor);
  const renamed = (list: readonly string[]): string[] => list.map((name) => names.get(name) ?? name);
  return [
    ...branch.nodes.map((child) => ({ ...child, inputs: renamed(child.inputs), outputs: renamed(child.outputs) })),
    ...identities,
  ];
}
