import type { Graph, Model, Node, ValueInfo } from '@incognita/onnx';
import type { Emitter } from '../emit/emitter.js';
import { ancestors } from './ways.js';

/** A tensor to give out, and the name to give it out under. */
export interface Result {
  readonly tensor: string;
  readonly as: ValueInfo;
}

/** Cuts what was written to what the results need, and names the results. */
export function finish(e: Emitter, results: readonly Result[], extraInputs: readonly ValueInfo[], of: readonly string[]): Model {
  const { model } = e;
  const own = new Set(model.graph.nodes);
  const written = e.builder.graph();
  const rename = new Map<string, string>();
  const identities: Node[] = [];
  const made = new Set(written.nodes.filter((node) => !own.has(node)).flatMap((node) => node.outputs));
  for (const { tensor, as } of results) {
    if (tensor === as.name) continue;
    if (made.has(tensor) && !rename.has(tensor)) rename.set(tensor, as.name);
    else
      identities.push({
        op: 'Identity',
        domain: '',
        name: as.name,
        inputs: [rename.get(tensor) ?? tensor],
        outputs: [as.name],
        attributes: {},
      });
  }
  const renamed = (name: string): string => rename.get(name) ?? name;
  const nodes = written.nodes.map((node) =>
    own.has(node) ? e.extended(node) : { ...node, inputs: node.inputs.map(renamed), outputs: node.outputs.map(renamed) },
  );
  const kept = ancestors(
    [...nodes, ...identities],
    results.map((result) => result.as.name),
  );
  const initializers = new Map([...written.initializers].filter(([name]) => kept.names.has(name)));
  const needed = ancestors(model.graph.nodes, of).names;
  const graph: Graph = {
    name: model.graph.name,
    nodes: kept.nodes,
    inputs: [...model.graph.inputs.filter((value) => needed.has(value.name) || kept.names.has(value.name)), ...extraInputs],
    outputs: results.map((result) => result.as),
    initializers,
    valueInfo: new Map([...model.graph.valueInfo].filter(([name]) => kept.names.has(name))),
  };
  return { irVersion: model.irVersion, opsets: model.opsets, producer: 'incognita', metadata: model.metadata, graph };
}
