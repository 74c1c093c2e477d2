import type { DataType } from '../types.js';

/** Codes of `TensorProto.DataType`, and the bits an element takes (0: not of fixed size). */
const codes: Readonly<Record<DataType, readonly [code: number, bits: number]>> = {
  float32: [1, 32],
  uint8: [2, 8],
  int8: [3, 8],
  uint16: [4, 16],
  int16: [5, 16],
  int32: [6, 32],
  int64: [7, 64],
  string: [8, 0],
  bool: [9, 8],
  float16: [10, 16],
  float64: [11, 64],
  uint32: [12, 32],
  uint64: [13, 64],
  complex64: [14, 64],
  complex128: [15, 128],
  bfloat16: [16, 16],
  float8e4m3fn: [17, 8],
  float8e4m3fnuz: [18, 8],
  float8e5m2: [19, 8],
  float8e5m2fnuz: [20, 8],
  uint4: [21, 4],
  int4: [22, 4],
  float4e2m1: [23, 4],
};
const names = new Map(Object.entries(codes).map(([name, [code]]) => [code, name as DataType]));

/** The name of a `TensorProto.DataType` code, or null for a code that is not known. */
export function dataTypeOf(code: number): DataType | null {
  return names.get(code) ?? null;
}

/** The `TensorProto.DataType` code of an element type. */
export function codeOf(dtype: DataType): number {
  return codes[dtype][0];
}

/** Bytes that `count` elements take; 4-bit types are packed two a byte. Strings have no fixed size: 0. */
export function byteLengthOf(dtype: DataType, count: number): number {
  return Math.ceil((codes[dtype][1] * count) / 8);
}
