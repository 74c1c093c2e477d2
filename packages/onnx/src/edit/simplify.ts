import type { ShapeOverrides } from '../shapes/infer.js';
import type { Model, Node } from '../types.js';
import { dropUnused } from './dropUnused.js';
import { extractConstants } from './extractConstants.js';
import { foldConstants } from './foldConstants.js';
import { inlineFunctions } from './inlineFunctions.js';
import { renameGraph } from './renameValues.js';

/**
 * A plainer model that computes the same: functions inlined, Constant nodes as initializers, known shape arithmetic folded,
 * Identity, Dropout (of inference) and Concat of one input removed. Names of inputs and outputs stay.
 *
 * @example
 * simplify(model, { image: [1, 3, 224, 224] }); // folds more, and holds for these shapes only
 */
export function simplify(model: Model, overrides: ShapeOverrides = {}): Model {
  const folded = foldConstants(extractConstants(inlineFunctions(model)), overrides);
  // A branch that was put in place of its If brings constants of its own.
  return dropUnused(removeIdentities(foldConstants(extractConstants(folded), overrides)));
}

/** Removes nodes whose first output is their first input. */
export function removeIdentities(model: Model): Model {
  const { graph } = model;
  const outputs = new Set(graph.outputs.map((v) => v.name));
  const stands = new Map<string, string>();
  const nodes = graph.nodes.filter((node) => {
    const [output] = node.outputs;
    if (output === undefined || !isIdentity(node, graph.nodes) || outputs.has(output)) return true;
    const input = node.inputs[0]!;
    stands.set(output, stands.get(input) ?? input);
    return false;
  });
  if (stands.size === 0) return model;
  const resolved = renameGraph({ ...graph, nodes, valueInfo: new Map() }, (name) => stands.get(name) ?? name);
  const valueInfo = new Map([...graph.valueInfo].filter(([name]) => !stands.has(name)));
  return { ...model, graph: { ...resolved, valueInfo } };
}

function isIdentity(node: Node, nodes: readonly Node[]): boolean {
  if (node.domain !== '') return false;
  if (node.op === 'Identity') return true;
  if (node.op === 'Concat') return node.inputs.length === 1;
  if (node.op !== 'Dropout') return false;
  const mask = node.outputs[1] ?? '';
  const training = node.inputs[2] ?? '';
  return training === '' && (mask === '' || !nodes.some((other) => other.inputs.includes(mask)));
}
