export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Row-major. */
  readonly data: Float32Array;
}

/**
 * The float32 matrices of a safetensors file. Format: 8 bytes little-endian header length, JSON header, then the data
 * (huggingface/safetensors README).
 */
export function readMatrices(bytes: ArrayBuffer): Map<string, Matrix> {
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length))) as Record<
    string,
    { dtype: string; shape: number[]; data_offsets: [number, number] }
  >;
  const matrices = new Map<string, Matrix>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__' || entry.dtype !== 'F32' || entry.shape.length !== 2) continue;
    const [from, to] = entry.data_offsets;
    const data = new Float32Array(bytes.slice(8 + length + from, 8 + length + to));
    matrices.set(name, { rows: entry.shape[0]!, columns: entry.shape[1]!, data });
  }
  return matrices;
}
