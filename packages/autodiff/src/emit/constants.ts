import type { DataType, Node, Tensor } from '@incognita/onnx';

/** A tensor of the given type from plain numbers. */
export function constantTensor(dtype: DataType, values: ArrayLike<number>, dims: readonly number[]): Tensor {
  return { dtype, dims: [...dims], data: { kind: 'inline', bytes: encode(dtype, values) } };
}

function encode(dtype: DataType, values: ArrayLike<number>): Uint8Array {
  if (dtype === 'float32') return bytesOf(Float32Array.from(values));
  if (dtype === 'float64') return bytesOf(Float64Array.from(values));
  if (dtype === 'int32') return bytesOf(Int32Array.from(values));
  if (dtype === 'bool') return Uint8Array.from(values);
  if (dtype === 'int64') return bytesOf(BigInt64Array.from({ length: values.length }, (_, i) => BigInt(values[i]!)));
  if (dtype === 'float16') return bytesOf(Uint16Array.from({ length: values.length }, (_, i) => halfBits(values[i]!)));
  throw new Error(`Gradients are written for float16, float32 and float64 graphs; a constant of type ${dtype} was asked for.`);
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

/** The numbers of an inline constant, or null where they are elsewhere or not numbers. */
export function numbersOf(tensor: Tensor): ArrayLike<number> | null {
  if (tensor.data.kind !== 'inline') return null;
  const { bytes } = tensor.data;
  const copy = (): ArrayBuffer => new Uint8Array(bytes).buffer;
  switch (tensor.dtype) {
    case 'float32':
      return bytes.byteOffset % 4 === 0
        ? new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
        : new Float32Array(copy());
    case 'float64':
      return new Float64Array(copy());
    case 'int32':
      return new Int32Array(copy());
    case 'int64':
      return Array.from(new BigInt64Array(copy()), Number);
    case 'bool':
    case 'uint8':
      return bytes;
    default:
      return null;
  }
}

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
