import { type Graph, type Model, type Node, renameNode, type ValueInfo } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { ancestors } from './ways.js';

/** A tensor to give out, and the name to give it out under. */
export interface Result {
  readonly tensor: string;
  readonly as: ValueInfo;
}

/**
 * Cuts what was written to what the results need, and names the results. A tensor of the model that has a result's name (the
 * model may be a derivative itself) gives way.
 */
export function finish(e: Emitter, results: readonly Result[], extraInputs: readonly ValueInfo[], of: readonly string[]): Model {
  const { model } = e;
  const own = new Set(model.graph.nodes.map((node) => e.extended(node)));
  const written = e.written();
  const made = new Set(written.nodes.filter((node) => !own.has(node)).flatMap((node) => node.outputs));
  const displaced = displace(e, results);
  const rename = new Map<string, string>();
  const identities: Node[] = [];
  const to = (name: string): string => displaced.get(name) ?? rename.get(name) ?? name;
  for (const { tensor, as } of results) {
    if (tensor === as.name) continue;
    if (made.has(tensor) && !rename.has(tensor)) rename.set(tensor, as.name);
    else identities.push({ op: 'Identity', domain: '', name: as.name, inputs: [to(tensor)], outputs: [as.name], attributes: {} });
  }
  const nodes = written.nodes.map((node) => (own.has(node) && displaced.size === 0 ? node : renameNode(node, to)));
  const kept = ancestors(
    [...nodes, ...identities],
    results.map((result) => result.as.name),
  );
  const initializers = new Map(
    [...written.initializers].map(([name, tensor]) => [to(name), tensor] as const).filter(([name]) => kept.names.has(name)),
  );
  const needed = ancestors(model.graph.nodes, of).names;
  const graph: Graph = {
    name: model.graph.name,
    nodes: kept.nodes,
    inputs: [...model.graph.inputs.filter((value) => needed.has(value.name) || kept.names.has(value.name)), ...extraInputs],
    outputs: results.map((result) => result.as),
    initializers,
    valueInfo: new Map([...model.graph.valueInfo].filter(([name]) => kept.names.has(name) && !displaced.has(name))),
  };
  return { irVersion: model.irVersion, opsets: model.opsets, producer: 'incognita', metadata: model.metadata, graph };
}

/** New names for the model's tensors that have the name of a result. */
function displace({ model, builder }: Emitter, results: readonly Result[]): Map<string, string> {
  const { graph } = model;
  const own = new Set([...graph.initializers.keys(), ...graph.nodes.flatMap((node) => node.outputs)]);
  const inputs = new Set(graph.inputs.map((input) => input.name));
  const names = results.map((result) => result.as.name);
  const displaced = new Map<string, string>();
  for (const { tensor, as } of results) {
    const twice = names.indexOf(as.name) !== names.lastIndexOf(as.name);
    if (twice || (tensor !== as.name && inputs.has(as.name)))
      throw new Error(
        `The result "${as.name}" has the name of ${twice ? 'another result' : 'an input'}; rename the model's tensor with \`renameValues\`.`,
      );
    if (tensor !== as.name && own.has(as.name)) displaced.set(as.name, builder.unique(as.name));
  }
  return displaced;
}
