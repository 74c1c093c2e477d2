import { GraphBuilder } from '../build/builder.js';
import { UnknownTensorError } from '../errors.js';
import { opset } from '../inspect/opset.js';
import { nearestNames } from '../nearest.js';
import { sortNodes } from '../read/sort.js';
import type { Graph, Model, Node } from '../types.js';
import { makers, valueNames } from '../walk.js';
import { renameNode } from './renameValues.js';

/**
 * Puts a computation behind a tensor: whoever read the tensor, the outputs of the graph included, reads the result instead, which
 * keeps the tensor's name. What was there before is `<tensor>:before`. It is the general form of the verb *clamp*.
 *
 * @param write writes the new value with the builder and returns its name; it may declare inputs, which become the model's, and read
 *   any tensor that does not depend on this one.
 * @throws UnknownTensorError with the nearest names.
 * @example
 * rewire(model, 'fire8', (b, x) => b.op('Mul', [x, b.f32(0.5)])); // half of it
 */
export function rewire(model: Model, tensor: string, write: (b: GraphBuilder, x: string) => string): Model {
  const { graph } = model;
  const made = makers(graph);
  const given = graph.inputs.some((v) => v.name === tensor) || graph.initializers.has(tensor);
  if (!made.has(tensor) && !given)
    throw new UnknownTensorError(tensor, nearestNames(tensor, [...made.keys(), ...graph.inputs.map((v) => v.name)]));
  const b = new GraphBuilder({ opset: opset(model), prefix: `${tensor}:` });
  b.reserve(valueNames(graph));
  b.reserve(graph.nodes.map((node) => node.name));
  // An input or a constant keeps its name, and its readers get the result; of a node's output it is the other way round.
  const before = given ? tensor : b.unique('before');
  const result = write(b, before);
  if (result === before) return model;
  const after = given ? result : tensor;
  const addition = b.graph();
  const own = addition.nodes.some((node) => node.outputs.includes(result));
  const written =
    given || own
      ? addition.nodes.map((node) => renameNode(node, (name) => (name === result ? after : name)))
      : [...addition.nodes, { ...node('Identity', [result], [after]), name: b.unique('identity') }];
  const nodes = graph.nodes.map((one) =>
    given
      ? renameNode(one, (name) => (name === tensor ? after : name))
      : one.outputs.includes(tensor)
        ? { ...one, outputs: one.outputs.map((name) => (name === tensor ? before : name)) }
        : one,
  );
  return joined(model, addition, placed(nodes, written));
}

function node(op: string, inputs: readonly string[], outputs: readonly string[]): Node {
  return { op, domain: '', name: '', inputs, outputs, attributes: {} };
}

/** The written nodes as soon as what they read is there. */
function placed(nodes: readonly Node[], written: readonly Node[]): Node[] {
  const wanted = new Set(written.flatMap((one) => one.inputs));
  const last = nodes.findLastIndex((one) => one.outputs.some((name) => name !== '' && wanted.has(name)));
  return [...nodes.slice(0, last + 1), ...written, ...nodes.slice(last + 1)];
}

function joined(model: Model, addition: Graph, nodes: readonly Node[]): Model {
  const { graph } = model;
  const inputs = [...graph.inputs, ...addition.inputs];
  const initializers = new Map([...graph.initializers, ...addition.initializers]);
  const opsets = new Map(model.opsets);
  for (const { domain } of addition.nodes) if (!opsets.has(domain)) opsets.set(domain, 1);
  const given = new Set([...inputs.map((v) => v.name), ...initializers.keys()]);
  return { ...model, opsets, graph: { ...graph, nodes: sortNodes(nodes, given), inputs, initializers } };
}
