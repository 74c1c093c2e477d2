import { UnknownTensorError } from '../errors.js';
import { nearestNames } from '../nearest.js';
import type { Model, Node, ValueInfo } from '../types.js';
import { makers, valueNames } from '../walk.js';
import { renameGraph } from './renameValues.js';

/** Options of {@link compose}. */
export interface ComposeOptions {
  /** Which input of the second model takes which value of the first: `{ activations: '/fire8/Concat_output_0' }`. */
  readonly bind: Readonly<Record<string, string>>;
  /** Outputs of the first model that stay outputs; default: those that are not bound. */
  readonly keep?: readonly string[];
}

/**
 * Joins two models: the second runs on values of the first. It serves to put an objective after a network and a parameterization before
 * one. Outputs are those of `keep`, then the second model's. Values of the second model whose names the first uses already
 * get a suffix; its outputs and its inputs that are not bound must be free. Initializers are shared by reference.
 *
 * @throws UnknownTensorError where a bound input or value does not exist; Error where operator sets differ or names collide.
 * @example
 * compose(network, objective, { bind: { activations: 'fire8' } });
 */
export function compose(first: Model, second: Model, { bind, keep }: ComposeOptions): Model {
  const available = new Set([
    ...makers(first.graph).keys(),
    ...first.graph.inputs.map((v) => v.name),
    ...first.graph.initializers.keys(),
  ]);
  const wanted = new Set(second.graph.inputs.map((v) => v.name));
  for (const [input, value] of Object.entries(bind)) {
    if (!wanted.has(input)) throw new UnknownTensorError(input, nearestNames(input, wanted), 'input');
    if (!available.has(value)) throw new UnknownTensorError(value, nearestNames(value, available));
  }
  const bound = new Set(Object.values(bind));
  const kept = first.graph.outputs.filter((v) => (keep === undefined ? !bound.has(v.name) : keep.includes(v.name)));
  const taken = valueNames(first.graph);
  const names = new Map<string, string>(Object.entries(bind));
  for (const { name } of [...second.graph.inputs.filter((v) => !(v.name in bind)), ...second.graph.outputs])
    if (taken.has(name) && !names.has(name))
      throw new Error(`Both models have a value "${name}": rename it in one of them first.`);
  for (const name of valueNames(second.graph)) {
    if (name === '' || names.has(name) || !taken.has(name)) continue;
    let free = `${name}_2`;
    for (let i = 3; taken.has(free); i++) free = `${name}_${i}`;
    names.set(name, free);
    taken.add(free);
  }
  const addition = renameGraph(second.graph, (name) => names.get(name) ?? name);
  const free = addition.inputs.filter((_, i) => !((second.graph.inputs[i] as ValueInfo).name in bind));
  return {
    ...first,
    irVersion: Math.max(first.irVersion, second.irVersion),
    opsets: joinOpsets(first, second),
    graph: {
      ...first.graph,
      nodes: [...first.graph.nodes, ...renameNodes(first.graph.nodes, addition.nodes)],
      inputs: [...first.graph.inputs, ...free],
      outputs: [...kept, ...addition.outputs],
      initializers: new Map([...first.graph.initializers, ...addition.initializers]),
      valueInfo: new Map([...first.graph.valueInfo, ...addition.valueInfo]),
    },
  };
}

/** Names of nodes mean nothing, but ONNX Runtime refuses two nodes of one name. */
function renameNodes(first: readonly Node[], second: readonly Node[]): Node[] {
  const taken = new Set(first.map((node) => node.name));
  return second.map((node) => {
    let name = node.name;
    for (let i = 2; name !== '' && taken.has(name); i++) name = `${node.name}_${i}`;
    taken.add(name);
    return name === node.name ? node : { ...node, name };
  });
}

function joinOpsets(first: Model, second: Model): ReadonlyMap<string, number> {
  const opsets = new Map(first.opsets);
  for (const [domain, version] of second.opsets) {
    const other = opsets.get(domain);
    const unused = !second.graph.nodes.some((node) => node.domain === domain);
    if (other !== undefined && other !== version && !unused)
      throw new Error(
        `The models use versions ${other} and ${version} of the operator set "${domain || 'ai.onnx'}": build the second one with version ${other}.`,
      );
    if (other === undefined) opsets.set(domain, version);
  }
  return opsets;
}
