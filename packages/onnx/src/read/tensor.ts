import { OnnxFormatError } from '../errors.js';
import { byteLengthOf, dataTypeOf } from '../proto/dataTypes.js';
import type { MessageOf } from '../proto/schema.js';
import { has, make } from '../proto/schema.js';
import type { DataType, Tensor, TensorBytes } from '../types.js';

type TensorProto = MessageOf<'TensorProto'>;
const EXTERNAL = 1;

/** Converts a TensorProto; raw data stay views of `file`. `owner` names the tensor in errors. */
export function readTensorProto(proto: TensorProto, file: Uint8Array, owner: string): Tensor {
  const dtype = dataTypeOf(proto.dataType);
  if (dtype === null) throw new OnnxFormatError(`${owner} has the unknown element type ${proto.dataType}.`);
  if (proto.segment !== undefined) throw new OnnxFormatError(`${owner} is stored in segments, which is not supported.`);
  const dims = proto.dims.map((d) => readDim(d, owner));
  const count = dims.includes(0) ? 0 : dims.reduce((a, b) => a * b, 1);
  if (count > Number.MAX_SAFE_INTEGER / 16) throw new OnnxFormatError(`${owner} has impossible dimensions [${dims}].`);
  const data = readData(proto, dtype, count, file, owner);
  const rest = restOf(proto);
  return rest === undefined ? { dtype, dims, data } : { dtype, dims, data, proto: rest };
}

function readDim(dim: bigint, owner: string): number {
  if (dim < 0n || dim > BigInt(Number.MAX_SAFE_INTEGER))
    throw new OnnxFormatError(`${owner} has the impossible dimension ${dim}.`);
  return Number(dim);
}

function readData(proto: TensorProto, dtype: DataType, count: number, file: Uint8Array, owner: string): TensorBytes {
  if (proto.dataLocation === EXTERNAL) return readExternal(proto, dtype, count, owner);
  if (dtype === 'string') {
    expectLength(proto.stringData.length, count, 'strings', owner);
    return { kind: 'strings', values: proto.stringData };
  }
  const length = byteLengthOf(dtype, count);
  if (has<'TensorProto'>(proto, 'rawData') && (proto.rawData.length > 0 || count === 0)) {
    expectLength(proto.rawData.length, length, 'bytes', owner);
    return { kind: 'inline', bytes: proto.rawData, fileOffset: proto.rawData.byteOffset - file.byteOffset };
  }
  const bytes = fromTypedFields(proto, dtype, owner);
  expectLength(bytes.length, length, 'bytes', owner);
  return { kind: 'inline', bytes };
}

function expectLength(found: number, expected: number, unit: string, owner: string): void {
  if (found !== expected)
    throw new OnnxFormatError(
      `${owner} should hold ${expected} ${unit} by its shape and type, but holds ${found}. The file is damaged.`,
    );
}

/** The typed fields, as little-endian bytes; small types travel in int32_data (`TensorProto` in the specification). */
function fromTypedFields(proto: TensorProto, dtype: DataType, owner: string): Uint8Array {
  const bytesOf = (typed: ArrayBufferView) => new Uint8Array(typed.buffer as ArrayBuffer, typed.byteOffset, typed.byteLength);
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return bytesOf(Float32Array.from(proto.floatData));
    case 'float64':
    case 'complex128':
      return bytesOf(Float64Array.from(proto.doubleData));
    case 'int64':
      return bytesOf(BigInt64Array.from(proto.int64Data));
    case 'uint64':
      return bytesOf(BigUint64Array.from(proto.uint64Data));
    case 'uint32':
      return bytesOf(Uint32Array.from(proto.uint64Data, (v) => Number(BigInt.asUintN(32, v))));
    case 'int32':
      return bytesOf(Int32Array.from(proto.int32Data));
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return bytesOf(Uint16Array.from(proto.int32Data));
    case 'string':
      throw new OnnxFormatError(`${owner} is a string tensor without string data.`);
    default:
      // 8-bit types one an int32; 4-bit types two an int32, packed into its low byte.
      return Uint8Array.from(proto.int32Data);
  }
}

function readExternal(proto: TensorProto, dtype: DataType, count: number, owner: string): TensorBytes {
  const entries = new Map(proto.externalData.map((e) => [e.key, e.value]));
  const location = entries.get('location');
  if (location === undefined || location === '') throw new OnnxFormatError(`${owner} has external data without a location.`);
  if (/^([/\\]|[A-Za-z]:)/.test(location) || location.split(/[/\\]/).includes('..') || location.includes('\0'))
    throw new OnnxFormatError(`${owner} has its data in "${location}", outside the model's own folder: refused.`);
  if (dtype === 'string') throw new OnnxFormatError(`${owner} is a string tensor, which cannot have external data.`);
  const expected = byteLengthOf(dtype, count);
  const offset = readCount(entries.get('offset') ?? '0', 'offset', owner);
  const length = entries.has('length') ? readCount(entries.get('length')!, 'length', owner) : expected;
  expectLength(length, expected, 'bytes', owner);
  return { kind: 'external', location, offset, length };
}

function readCount(text: string, what: string, owner: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new OnnxFormatError(`${owner} has the impossible external ${what} "${text}".`);
  return value;
}

/** What is beside the data, so that it survives writing; undefined where there is nothing. */
function restOf(proto: TensorProto): TensorProto | undefined {
  if (proto.docString === '' && proto.metadataProps.length === 0 && proto.$unknown === undefined) return undefined;
  const rest = make('TensorProto', { metadataProps: proto.metadataProps });
  if (proto.docString !== '') rest.docString = proto.docString;
  if (proto.$unknown !== undefined) rest.$unknown = proto.$unknown;
  return rest;
}
