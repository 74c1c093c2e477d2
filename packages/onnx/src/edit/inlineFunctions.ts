import type { MessageOf } from '../proto/schema.js';
import { make } from '../proto/schema.js';
import { readAttribute } from '../read/attribute.js';
import { readGraph } from '../read/graph.js';
import type { Attribute, Model, Node } from '../types.js';
import { renameGraph } from './renameValues.js';

type FunctionProto = MessageOf<'FunctionProto'>;
const DEEPEST = 32;

/**
 * Replaces calls of a model's own functions by their bodies, also within bodies; the functions then go. Torch's dynamo exporter
 * wrote such functions in some versions. A model without functions is returned as it is.
 *
 * @throws Error for functions that call each other without end, and where a function needs another version of an operator set.
 */
export function inlineFunctions(model: Model): Model {
  const proto = model.proto as MessageOf<'ModelProto'> | undefined;
  const functions = new Map<string, FunctionProto>((proto?.functions ?? []).map((f) => [key(f.domain, f.name, f.overload), f]));
  if (proto === undefined || functions.size === 0) return model;
  const opsets = new Map(model.opsets);
  let count = 0;

  const expandAll = (nodes: readonly Node[], depth: number): Node[] =>
    nodes.flatMap((node) => {
      const overload = (node.proto as MessageOf<'NodeProto'> | undefined)?.overload ?? '';
      const definition = functions.get(key(node.domain, node.op, overload));
      if (definition === undefined) return [node];
      if (depth >= DEEPEST) throw new Error(`The function "${node.op}" calls itself, directly or through others.`);
      joinOpsets(opsets, definition);
      return expandAll(callBody(node, definition, `${node.name || node.op}_${count++}/`), depth + 1);
    });

  const nodes = expandAll(model.graph.nodes, 0);
  for (const f of functions.values()) if (!nodes.some((n) => n.domain === f.domain)) opsets.delete(f.domain);
  // A message keeps the defaults of absent fields in its prototype.
  const rest = Object.assign(Object.create(Object.getPrototypeOf(proto)), proto, { functions: [] });
  return { ...model, opsets, graph: { ...model.graph, nodes }, proto: rest };
}

function key(domain: string, name: string, overload: string): string {
  return JSON.stringify([domain === 'ai.onnx' ? '' : domain, name, overload]);
}

/** A function's nodes with the call's values in place of its parameters and its own values made unique by a prefix. */
function callBody(call: Node, definition: FunctionProto, prefix: string): Node[] {
  const bindings = new Map<string, string>([['', '']]);
  for (const [i, name] of definition.input.entries()) bindings.set(name, call.inputs[i] ?? '');
  for (const [i, name] of definition.output.entries()) bindings.set(name, call.outputs[i] || `${prefix}${name}`);
  const defaults = new Map(definition.attributeProto.map((a) => [a.name, a]));
  const body = make('GraphProto', {
    node: definition.node,
    input: definition.input.map((name) => make('ValueInfoProto', { name })),
  });
  const graph = renameGraph(readGraph(body, EMPTY, new Set()), (name) => bindings.get(name) ?? `${prefix}${name}`);
  return graph.nodes.map((node, i) => {
    const attributes: Record<string, Attribute> = {};
    for (const [name, attribute] of Object.entries(node.attributes)) {
      const resolved = resolve(attribute, call, defaults);
      if (resolved !== undefined) attributes[name] = resolved;
    }
    return { ...node, name: `${prefix}${node.name || i}`, attributes };
  });
}

const EMPTY = new Uint8Array();

/** An attribute that refers to one of the call; absent where neither the call nor the function gives it. */
function resolve(
  attribute: Attribute,
  call: Node,
  defaults: ReadonlyMap<string, MessageOf<'AttributeProto'>>,
): Attribute | undefined {
  if (attribute.type !== 'opaque') return attribute;
  const { refAttrName } = attribute.value as MessageOf<'AttributeProto'>;
  if (refAttrName === '') return attribute;
  const fallback = defaults.get(refAttrName);
  const inner = (g: MessageOf<'GraphProto'>) => readGraph(g, EMPTY, new Set());
  return call.attributes[refAttrName] ?? (fallback === undefined ? undefined : readAttribute(fallback, EMPTY, call.name, inner));
}

function joinOpsets(opsets: Map<string, number>, definition: FunctionProto): void {
  for (const { domain, version } of definition.opsetImport) {
    const name = domain === 'ai.onnx' ? '' : domain;
    const known = opsets.get(name);
    if (known !== undefined && known !== Number(version))
      throw new Error(
        `The function "${definition.name}" needs version ${version} of the operator set "${name}", the model uses ${known}.`,
      );
    opsets.set(name, Number(version));
  }
}
