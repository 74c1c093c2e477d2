import { OnnxFormatError } from '../errors.js';
import { dataTypeOf } from '../proto/dataTypes.js';
import type { MessageOf } from '../proto/schema.js';
import type { Dim, TensorType, ValueInfo } from '../types.js';

/** Converts a ValueInfoProto; the message itself is kept for what the value does not hold. */
export function readValueInfo(proto: MessageOf<'ValueInfoProto'>): ValueInfo {
  return { name: proto.name, type: proto.type === undefined ? null : readType(proto.type, proto.name), proto };
}

/** The tensor type that a TypeProto states; null for sequences, maps, optionals and tensors without an element type. */
export function readType(proto: MessageOf<'TypeProto'>, owner: string): TensorType | null {
  if (proto.value.case !== 'tensorType') return null;
  const { elemType, shape } = proto.value.value;
  const dtype = dataTypeOf(elemType);
  if (dtype === null) {
    if (elemType === 0) return null;
    throw new OnnxFormatError(`The value "${owner}" has the unknown element type ${elemType}.`);
  }
  return { dtype, shape: shape === undefined ? null : shape.dim.map(readDim) };
}

function readDim(dim: MessageOf<'TensorShapeProto_Dimension'>): Dim {
  // Some exporters write -1 for "unknown".
  if (dim.value.case === 'dimValue') {
    const value = dim.value.value;
    return value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER) ? null : Number(value);
  }
  return dim.value.case === 'dimParam' && dim.value.value !== '' ? dim.value.value : null;
}
