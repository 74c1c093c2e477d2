import type { Graph, Node, Tensor } from '../types.js';
import { renameNode } from './renameValues.js';

/** A body's nodes and constants as parts of the graph around it. */
export interface Inlined {
  readonly nodes: readonly Node[];
  readonly initializers: ReadonlyMap<string, Tensor>;
  /** The body's outputs under their new names. */
  readonly outputs: readonly string[];
}

/**
 * A body of If, Loop or Scan as a part of the graph around it: `given` stands for what the body is given, everything that it
 * makes gets a name of its own that begins with `prefix` and is added to `taken`.
 */
export function inlineBody(body: Graph, prefix: string, given: ReadonlyMap<string, string>, taken: Set<string>): Inlined {
  const names = new Map(given);
  const fresh = (name: string): string => {
    let unique = `${prefix}/${name}`;
    while (taken.has(unique)) unique += '_';
    taken.add(unique);
    return unique;
  };
  for (const name of [...body.initializers.keys(), ...body.nodes.flatMap((node) => node.outputs)])
    if (name !== '') names.set(name, fresh(name));
  const to = (name: string): string => names.get(name) ?? name;
  return {
    nodes: body.nodes.map((node) => ({ ...renameNode(node, to), name: `${prefix}/${node.name || node.outputs[0]}` })),
    initializers: new Map([...body.initializers].map(([name, tensor]) => [to(name), tensor])),
    outputs: body.outputs.map(({ name }) => to(name)),
  };
}

/** A node that gives a value another name. */
export function identity(input: string, output: string): Node {
  return { op: 'Identity', domain: '', name: output, inputs: [input], outputs: [output], attributes: {} };
}
