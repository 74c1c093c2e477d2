import { OnnxFormatError } from '../errors.js';
import type { MessageOf } from '../proto/schema.js';
import { make } from '../proto/schema.js';
import type { Attribute, Graph, Node, Tensor } from '../types.js';
import { readAttribute } from './attribute.js';
import { sortNodes } from './sort.js';
import { readTensorProto } from './tensor.js';
import { readValueInfo } from './valueInfo.js';

/** Converts a GraphProto. `outer` are the names that the graphs around this one define. */
export function readGraph(proto: MessageOf<'GraphProto'>, file: Uint8Array, outer: ReadonlySet<string>): Graph {
  const initializers = new Map<string, Tensor>();
  for (const tensor of proto.initializer) {
    if (tensor.name === '') throw new OnnxFormatError('The graph has an initializer without a name.');
    initializers.set(tensor.name, readTensorProto(tensor, file, `The initializer "${tensor.name}"`));
  }
  const sparse = proto.sparseInitializer.map((s) => s.values?.name ?? '');
  const inputs = proto.input.map(readValueInfo).filter((v) => !initializers.has(v.name) && !sparse.includes(v.name));
  const given = new Set([...outer, ...initializers.keys(), ...sparse, ...inputs.map((v) => v.name)]);
  const everything = new Set([...given, ...proto.node.flatMap((n) => n.output)]);
  const nodes = sortNodes(
    proto.node.map((n) => readNode(n, file, everything)),
    given,
  );
  for (const output of proto.output)
    if (!everything.has(output.name)) throw new OnnxFormatError(`The graph's output "${output.name}" is made by no node.`);
  return {
    name: proto.name,
    nodes,
    inputs,
    outputs: proto.output.map(readValueInfo),
    initializers,
    valueInfo: new Map(proto.valueInfo.map((v) => [v.name, readValueInfo(v)])),
    proto: restOf(proto),
  };
}

/** What a graph's message holds beside the value, without the lists: so that typed data of initializers can be freed. */
function restOf(proto: MessageOf<'GraphProto'>): MessageOf<'GraphProto'> {
  const { quantizationAnnotation, sparseInitializer, metadataProps } = proto;
  const rest = make('GraphProto', { quantizationAnnotation, sparseInitializer, metadataProps });
  if (proto.docString !== '') rest.docString = proto.docString;
  if (proto.$unknown !== undefined) rest.$unknown = proto.$unknown;
  return rest;
}

function readNode(proto: MessageOf<'NodeProto'>, file: Uint8Array, outer: ReadonlySet<string>): Node {
  const attributes: Record<string, Attribute> = Object.create(null);
  if (proto.opType === '') throw new OnnxFormatError(`The node "${proto.name}" names no operator.`);
  for (const attribute of proto.attribute)
    attributes[attribute.name] = readAttribute(attribute, file, proto.name || proto.output[0] || proto.opType, (g) =>
      readGraph(g, file, outer),
    );
  return {
    op: proto.opType,
    domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
    name: proto.name,
    inputs: proto.input,
    outputs: proto.output,
    attributes: { ...attributes },
    proto,
  };
}
