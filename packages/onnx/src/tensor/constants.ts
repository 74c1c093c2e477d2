import type { DataType, Node, Tensor } from '../types.js';
import { readTensor } from './readTensor.js';

/** A tensor of the given type from plain numbers. */
export function constantTensor(dtype: DataType, values: ArrayLike<number>, dims: readonly number[]): Tensor {
  if (dims.some((d) => !Number.isSafeInteger(d) || d < 0))
    throw new RangeError(`The dimensions [${dims}] of a constant are not whole numbers.`);
  return { dtype, dims: [...dims], data: { kind: 'inline', bytes: encode(dtype, values) } };
}

function encode(dtype: DataType, values: ArrayLike<number>): Uint8Array {
  if (dtype === 'float32') return bytesOf(Float32Array.from(values));
  if (dtype === 'float64') return bytesOf(Float64Array.from(values));
  if (dtype === 'int32') return bytesOf(Int32Array.from(values));
  if (dtype === 'bool') return Uint8Array.from(values);
  if (dtype === 'int64') return bytesOf(BigInt64Array.from({ length: values.length }, (_, i) => clampedInt64(values[i]!)));
  if (dtype === 'float16') return bytesOf(Uint16Array.from({ length: values.length }, (_, i) => halfBits(values[i]!)));
  if (dtype === 'bfloat16') return bytesOf(Uint16Array.from({ length: values.length }, (_, i) => bfloatBits(values[i]!)));
  if (dtype === 'uint8' || dtype === 'int8') return bytesOf(Int8Array.from(values));
  if (dtype === 'uint16' || dtype === 'int16') return bytesOf(Int16Array.from(values));
  if (dtype === 'uint32') return bytesOf(Uint32Array.from(values));
  if (dtype === 'uint64') return bytesOf(BigUint64Array.from({ length: values.length }, (_, i) => BigInt(values[i]!)));
  throw new Error(`A constant of type ${dtype} was asked for: only real numbers, whole numbers and truth values can be written.`);
}

const bytesOf = (array: { buffer: ArrayBufferLike; byteOffset: number; byteLength: number }): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** IEEE 754 binary16 bits of a number, rounded to nearest (ties to even). */
function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const a = Math.abs(value);
  if (Number.isNaN(a)) return 0x7e00;
  if (a >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(a || 2 ** -30)));
  const scaled = a / 2 ** (exponent - 10);
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  return sign | (rounded + (exponent + 14) * 1024);
}

/** The upper half of a float32, rounded to nearest (ties to even). */
function bfloatBits(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0]!;
  if (Number.isNaN(value)) return 0x7fc0;
  return (bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16;
}

/** Numbers beyond int64 (what "to the end" is often written as) become its bounds. */
function clampedInt64(value: number): bigint {
  return value >= 2 ** 63 ? 2n ** 63n - 1n : value < -(2 ** 63) ? -(2n ** 63n) : BigInt(value);
}

/** The numbers of an inline constant, or null where they are elsewhere or not numbers. */
export function numbersOf(tensor: Tensor): ArrayLike<number> | null {
  if (tensor.data.kind !== 'inline' || unreadable.has(tensor.dtype)) return null;
  const numbers = readTensor(tensor);
  return numbers instanceof BigInt64Array || numbers instanceof BigUint64Array ? Array.from(numbers, Number) : numbers;
}

const unreadable: ReadonlySet<DataType> = new Set<DataType>([
  'string',
  'complex64',
  'complex128',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
]);

/** The constant that a Constant node holds, or null. */
export function constantOfNode(node: Node): Tensor | null {
  if (node.op !== 'Constant' || node.domain !== '') return null;
  const { value, value_float, value_floats, value_int, value_ints } = node.attributes;
  if (value?.type === 'tensor') return value.value;
  if (value_float?.type === 'float') return constantTensor('float32', [value_float.value], []);
  if (value_floats?.type === 'floats') return constantTensor('float32', value_floats.value, [value_floats.value.length]);
  if (value_int?.type === 'int') return constantTensor('int64', [value_int.value], []);
  if (value_ints?.type === 'ints') return constantTensor('int64', value_ints.value, [value_ints.value.length]);
  return null;
}
