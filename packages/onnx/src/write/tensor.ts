import { codeOf } from '../proto/dataTypes.js';
import type { MessageOf } from '../proto/schema.js';
import { make } from '../proto/schema.js';
import type { Tensor } from '../types.js';

/** Turns tensors that lie in the file a model was read from into references to it. */
export interface ExternalOptions {
  /** Name of that file, relative to the folder that the runtime resolves external data in. */
  readonly location: string;
}

/** Tensors below this many bytes stay inline: a reference would be no smaller. */
const SMALLEST_EXTERNAL_BYTES = 128;
/** Integer tensors below this many bytes stay inline, because shape inference in the runtime reads them. */
const SMALLEST_EXTERNAL_INTEGER_BYTES = 4096;
const EXTERNAL = 1;

/** Converts a tensor to a TensorProto; inline bytes are not copied. */
export function writeTensor(name: string, tensor: Tensor, external: ExternalOptions | undefined): MessageOf<'TensorProto'> {
  const rest = tensor.proto as MessageOf<'TensorProto'> | undefined;
  const proto = make('TensorProto', {
    dims: tensor.dims.map(BigInt),
    dataType: codeOf(tensor.dtype),
    metadataProps: rest?.metadataProps ?? [],
  });
  if (name !== '') proto.name = name;
  if (rest !== undefined && rest.docString !== '') proto.docString = rest.docString;
  if (rest?.$unknown !== undefined) proto.$unknown = rest.$unknown;
  const { data } = tensor;
  if (data.kind === 'strings') proto.stringData = [...data.values];
  else if (data.kind === 'external') point(proto, data.location, data.offset, data.length);
  else if (external !== undefined && data.fileOffset !== undefined && worthPointing(tensor, data.bytes.length))
    point(proto, external.location, data.fileOffset, data.bytes.length);
  else proto.rawData = data.bytes;
  return proto;
}

function worthPointing(tensor: Tensor, bytes: number): boolean {
  return (
    bytes >= (tensor.dtype === 'int64' || tensor.dtype === 'int32' ? SMALLEST_EXTERNAL_INTEGER_BYTES : SMALLEST_EXTERNAL_BYTES)
  );
}

function point(proto: MessageOf<'TensorProto'>, location: string, offset: number, length: number): void {
  proto.dataLocation = EXTERNAL;
  proto.externalData = Object.entries({ location, offset: String(offset), length: String(length) }).map(([key, value]) =>
    make('StringStringEntryProto', { key, value }),
  );
}
