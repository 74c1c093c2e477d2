import type { MessageOf } from '../proto/schema.js';
import { make } from '../proto/schema.js';
import type { Attribute, Graph, Node } from '../types.js';
import type { ExternalOptions } from './tensor.js';
import { writeTensor } from './tensor.js';
import { writeValueInfo } from './valueInfo.js';

const utf8 = new TextEncoder();
const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Converts a graph; what its message of origin holds beside the value is kept. */
export function writeGraph(graph: Graph, external: ExternalOptions | undefined): MessageOf<'GraphProto'> {
  const origin = graph.proto as MessageOf<'GraphProto'> | undefined;
  const proto = make('GraphProto', {
    name: graph.name,
    node: graph.nodes.map((node) => writeNode(node, external)),
    initializer: [...graph.initializers].map(([name, tensor]) => writeTensor(name, tensor, external)),
    input: graph.inputs.map(writeValueInfo),
    output: graph.outputs.map(writeValueInfo),
    valueInfo: [...graph.valueInfo.values()].map(writeValueInfo),
    quantizationAnnotation: origin?.quantizationAnnotation ?? [],
    sparseInitializer: origin?.sparseInitializer ?? [],
    metadataProps: origin?.metadataProps ?? [],
  });
  if (origin !== undefined && origin.docString !== '') proto.docString = origin.docString;
  if (origin?.$unknown !== undefined) proto.$unknown = origin.$unknown;
  return proto;
}

/** Of attributes, ONNX Runtime resolves external data in Constant nodes only, which it turns into initializers. */
function writeNode(node: Node, external: ExternalOptions | undefined): MessageOf<'NodeProto'> {
  const origin = node.proto as MessageOf<'NodeProto'> | undefined;
  const attributes = new Map(origin?.attribute.map((a) => [a.name, a]));
  const proto = make('NodeProto', {
    input: [...node.inputs],
    output: [...node.outputs],
    opType: node.op,
    attribute: Object.entries(node.attributes).map(([name, value]) =>
      writeAttribute(name, value, attributes.get(name), value.type === 'graph' || node.op === 'Constant' ? external : undefined),
    ),
    metadataProps: origin?.metadataProps ?? [],
    deviceConfigurations: origin?.deviceConfigurations ?? [],
  });
  if (node.name !== '') proto.name = node.name;
  if (node.domain !== '') proto.domain = node.domain;
  if (origin !== undefined && origin.docString !== '') proto.docString = origin.docString;
  if (origin !== undefined && origin.overload !== '') proto.overload = origin.overload;
  if (origin?.$unknown !== undefined) proto.$unknown = origin.$unknown;
  return proto;
}

function writeAttribute(
  name: string,
  attribute: Attribute,
  origin: MessageOf<'AttributeProto'> | undefined,
  external: ExternalOptions | undefined,
): MessageOf<'AttributeProto'> {
  if (attribute.type === 'opaque') return attribute.value as MessageOf<'AttributeProto'>;
  const proto = make('AttributeProto', { name, ...payload(attribute, external) });
  if (origin !== undefined && origin.docString !== '') proto.docString = origin.docString;
  if (origin?.$unknown !== undefined) proto.$unknown = origin.$unknown;
  return proto;
}

/** Codes of `AttributeProto.AttributeType`. */
function payload(
  attribute: Exclude<Attribute, { type: 'opaque' }>,
  external: ExternalOptions | undefined,
): Partial<MessageOf<'AttributeProto'>> {
  switch (attribute.type) {
    case 'float':
      return { type: 1, f: attribute.value };
    case 'int':
      return { type: 2, i: toInt64(attribute.value) };
    case 'string':
      return { type: 3, s: utf8.encode(attribute.value) };
    case 'tensor':
      return { type: 4, t: writeTensor('', attribute.value, external) };
    case 'graph':
      return { type: 5, g: writeGraph(attribute.value, external) };
    case 'floats':
      return { type: 6, floats: [...attribute.value] };
    case 'ints':
      return { type: 7, ints: attribute.value.map(toInt64) };
    case 'strings':
      return { type: 8, strings: attribute.value.map((s) => utf8.encode(s)) };
  }
}

function toInt64(value: number): bigint {
  const integer = BigInt(Math.trunc(value));
  return integer > INT64_MAX ? INT64_MAX : integer < INT64_MIN ? INT64_MIN : integer;
}
