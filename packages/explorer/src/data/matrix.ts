import { decodeSafetensors } from '@incognita/workspace/schema';

export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly data: Float32Array;
}

/** The float32 matrices of a safetensors file by name. */
export function readMatrices(bytes: ArrayBuffer): Map<string, Matrix> {
  const matrices = new Map<string, Matrix>();
  for (const [name, { data, shape }] of decodeSafetensors(new Uint8Array(bytes)).tensors) {
    if (data instanceof Float32Array && shape.length === 2) matrices.set(name, { rows: shape[0]!, columns: shape[1]!, data });
  }
  return matrices;
}
