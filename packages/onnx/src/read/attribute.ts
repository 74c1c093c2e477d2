import { OnnxFormatError } from '../errors.js';
import type { MessageOf } from '../proto/schema.js';
import type { Attribute, Graph } from '../types.js';
import { readTensorProto } from './tensor.js';

type AttributeProto = MessageOf<'AttributeProto'>;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** How a subgraph is read: given by the caller, because graphs and attributes contain each other. */
export type ReadSubgraph = (proto: MessageOf<'GraphProto'>) => Graph;

/** Converts an attribute; what has no form of its own stays opaque. `type` codes as in `AttributeProto.AttributeType`. */
export function readAttribute(proto: AttributeProto, file: Uint8Array, node: string, readSubgraph: ReadSubgraph): Attribute {
  if (proto.refAttrName !== '') return { type: 'opaque', value: proto };
  switch (proto.type === 0 ? guessType(proto) : proto.type) {
    case 1:
      return { type: 'float', value: proto.f };
    case 2:
      return { type: 'int', value: Number(proto.i) };
    case 3: {
      const value = decodeText(proto.s);
      return value === null ? { type: 'opaque', value: proto } : { type: 'string', value };
    }
    case 4:
      if (proto.t === undefined) throw new OnnxFormatError(`Attribute "${proto.name}" of node "${node}" lacks its tensor.`);
      return { type: 'tensor', value: readTensorProto(proto.t, file, `Attribute "${proto.name}" of node "${node}"`) };
    case 5:
      if (proto.g === undefined) throw new OnnxFormatError(`Attribute "${proto.name}" of node "${node}" lacks its graph.`);
      return { type: 'graph', value: readSubgraph(proto.g) };
    case 6:
      return { type: 'floats', value: proto.floats };
    case 7:
      return { type: 'ints', value: proto.ints.map(Number) };
    case 8: {
      const value = proto.strings.map(decodeText);
      return value.every((v) => v !== null) ? { type: 'strings', value } : { type: 'opaque', value: proto };
    }
    default:
      return { type: 'opaque', value: proto };
  }
}

/** IR version 1 did not write the type; as the specification says, it is then the field that is present. */
function guessType(proto: AttributeProto): number {
  if (Object.hasOwn(proto, 'f')) return 1;
  if (Object.hasOwn(proto, 'i')) return 2;
  if (Object.hasOwn(proto, 's')) return 3;
  if (proto.t !== undefined) return 4;
  if (proto.g !== undefined) return 5;
  if (proto.floats.length > 0) return 6;
  if (proto.ints.length > 0) return 7;
  return proto.strings.length > 0 ? 8 : 0;
}

function decodeText(bytes: Uint8Array): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
