import { codeOf } from '../proto/dataTypes.js';
import type { MessageOf } from '../proto/schema.js';
import { make } from '../proto/schema.js';
import { readType } from '../read/valueInfo.js';
import type { Dim, TensorType, ValueInfo } from '../types.js';

/** Converts a value's type; where it is as it was read, the message that it was read from is written again. */
export function writeValueInfo(value: ValueInfo): MessageOf<'ValueInfoProto'> {
  const origin = value.proto as MessageOf<'ValueInfoProto'> | undefined;
  if (origin !== undefined && origin.name === value.name) {
    const stated = origin.type === undefined ? null : readType(origin.type, value.name);
    if (sameType(stated, value.type)) return origin;
  }
  const proto = make('ValueInfoProto', { name: value.name, metadataProps: origin?.metadataProps ?? [] });
  if (origin !== undefined && origin.docString !== '') proto.docString = origin.docString;
  if (origin?.$unknown !== undefined) proto.$unknown = origin.$unknown;
  if (value.type !== null) proto.type = writeType(value.type);
  else if (origin?.type !== undefined) proto.type = origin.type;
  return proto;
}

function writeType({ dtype, shape }: TensorType): MessageOf<'TypeProto'> {
  const tensor = make('TypeProto_Tensor', { elemType: codeOf(dtype) });
  if (shape !== null) tensor.shape = make('TensorShapeProto', { dim: shape.map(writeDim) });
  return make('TypeProto', { value: { case: 'tensorType', value: tensor } });
}

function writeDim(dim: Dim): MessageOf<'TensorShapeProto_Dimension'> {
  if (dim === null) return make('TensorShapeProto_Dimension');
  return make('TensorShapeProto_Dimension', {
    value: typeof dim === 'number' ? { case: 'dimValue', value: BigInt(dim) } : { case: 'dimParam', value: dim },
  });
}

function sameType(a: TensorType | null, b: TensorType | null): boolean {
  if (a === null || b === null) return a === b;
  if (a.dtype !== b.dtype || (a.shape === null) !== (b.shape === null)) return false;
  return a.shape === null || (a.shape.length === b.shape!.length && a.shape.every((d, i) => d === b.shape![i]));
}
