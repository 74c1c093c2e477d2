import type { DataType, Tensor } from '../types.js';
import { fromBfloat16, fromFloat16 } from './float16.js';

/** The arrays that {@link readTensor} returns. */
export type TensorArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** The bytes of files with external data, by the location that tensors name. */
export type ExternalFiles = ReadonlyMap<string, Uint8Array> | ((location: string) => Uint8Array | undefined);

const arrays: Partial<Record<DataType, new (buffer: ArrayBuffer, offset: number, length: number) => TensorArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

/**
 * A tensor's elements in row-major order: a view of the file where the bytes are aligned, a copy otherwise. float16 and
 * bfloat16 become Float32Array, bool becomes Uint8Array of 0 and 1, complex numbers are pairs (real, imaginary).
 *
 * @throws Error for strings and for 4- and 8-bit floats, and where a file with external data is not given or too short.
 * @example
 * readTensor(model.graph.initializers.get('conv1.weight')); // Float32Array(1728)
 */
export function readTensor(tensor: Tensor, external?: ExternalFiles): TensorArray {
  const bytes = tensorBytes(tensor, external);
  if (tensor.dtype === 'float16') return Float32Array.from(view(Uint16Array, 2, bytes), fromFloat16);
  if (tensor.dtype === 'bfloat16') return fromBfloat16(view(Uint16Array, 2, bytes));
  const array = arrays[tensor.dtype];
  if (array === undefined) throw new Error(`A tensor of type ${tensor.dtype} cannot be read as an array of numbers.`);
  return view(array, (array as unknown as { BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT, bytes);
}

/** A tensor's little-endian bytes, without a copy. Throws for strings and for external data that is not given. */
export function tensorBytes(tensor: Tensor, external?: ExternalFiles): Uint8Array {
  const { data } = tensor;
  if (data.kind === 'inline') return data.bytes;
  if (data.kind === 'strings') throw new Error('A tensor of strings has no numeric elements.');
  const file = typeof external === 'function' ? external(data.location) : external?.get(data.location);
  if (file === undefined) throw new Error(`The tensor's data is in the file "${data.location}", which was not given.`);
  if (data.offset + data.length > file.length)
    throw new Error(
      `The file "${data.location}" has ${file.length} bytes, but a tensor's data is at ${data.offset} … ${data.offset + data.length}: it is cut short or belongs to another model.`,
    );
  return file.subarray(data.offset, data.offset + data.length);
}

function view<T>(array: new (buffer: ArrayBuffer, offset: number, length: number) => T, size: number, bytes: Uint8Array): T {
  // new Uint8Array copies; slice() would not, on a Buffer of Node.
  const aligned = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  return new array(aligned.buffer as ArrayBuffer, aligned.byteOffset, Math.floor(aligned.byteLength / size));
}
