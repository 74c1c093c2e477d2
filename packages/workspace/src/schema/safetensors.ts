import { bfloat16ToFloat32, float16ToFloat32 } from './halfFloats.js';
import { decodeSafetensorsHeader } from './safetensorsHeader.js';
import type { SafetensorsDtype, SafetensorsEntry } from './safetensorsTypes.js';

/** A tensor's elements: `F16` and `BF16` are read as float32, `BOOL` as 0 and 1. */
export type SafetensorsData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

export interface SafetensorsTensor {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly data: SafetensorsData;
}

export interface SafetensorsFile {
  /** By name, in order of their place in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Reads a whole safetensors file. Data are views into `bytes` where their alignment allows (always, in files that this project
 * wrote), and copies elsewhere. Runs in browsers.
 * @throws SafetensorsError for anything that the specification forbids.
 * @example const { data, shape } = decodeSafetensors(bytes).tensors.get('activations')!;
 */
export function decodeSafetensors(bytes: Uint8Array): SafetensorsFile {
  const { entries, metadata, dataOffset } = decodeSafetensorsHeader(bytes);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { dtype, shape, begin, end }] of entries) {
    const data = decodeSafetensorsData(dtype, bytes.subarray(dataOffset + begin, dataOffset + end));
    tensors.set(name, { dtype, shape, data });
  }
  return { tensors, metadata };
}

/** The elements in the bytes of one tensor, for readers that fetch a range of a file. */
export function decodeSafetensorsData(dtype: SafetensorsEntry['dtype'], bytes: Uint8Array): SafetensorsData {
  switch (dtype) {
    case 'F64':
      return view(bytes, Float64Array);
    case 'F32':
      return view(bytes, Float32Array);
    case 'F16':
      return float16ToFloat32(view(bytes, Uint16Array));
    case 'BF16':
      return bfloat16ToFloat32(view(bytes, Uint16Array));
    case 'I64':
      return view(bytes, BigInt64Array);
    case 'U64':
      return view(bytes, BigUint64Array);
    case 'I32':
      return view(bytes, Int32Array);
    case 'U32':
      return view(bytes, Uint32Array);
    case 'I16':
      return view(bytes, Int16Array);
    case 'U16':
      return view(bytes, Uint16Array);
    case 'I8':
      return view(bytes, Int8Array);
    case 'U8':
    case 'BOOL':
      return bytes;
  }
}

interface ViewConstructor<T> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): T;
}

function view<T>(bytes: Uint8Array, type: ViewConstructor<T>): T {
  // new Uint8Array copies; slice() would not, on a Buffer of Node's.
  const source = bytes.byteOffset % type.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new type(source.buffer, source.byteOffset, bytes.byteLength / type.BYTES_PER_ELEMENT);
}
