import type { DataType } from '@incognita/onnx';

/** A tensor of a test: numbers and a shape. */
export interface Values {
  readonly data: Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | Int8Array | Uint16Array;
  readonly dims: readonly number[];
  /** Element type where the array does not tell it; else bytes are truths. */
  readonly dtype?: DataType;
}
