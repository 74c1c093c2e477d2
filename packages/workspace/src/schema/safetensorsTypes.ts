/** Element types of a safetensors file that this project reads and writes, with their bytes each. */
export const SAFETENSORS_BYTES = {
  F64: 8,
  I64: 8,
  U64: 8,
  F32: 4,
  I32: 4,
  U32: 4,
  F16: 2,
  BF16: 2,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
} as const;

export type SafetensorsDtype = keyof typeof SAFETENSORS_BYTES;

/** A tensor's place in a file: `begin` and `end` are bytes behind the header. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** The file is not what the safetensors specification describes; the message says where. */
export class SafetensorsError extends Error {
  override name = 'SafetensorsError';
}

/** Elements of a shape; throws for what is no shape or too large to count exactly. */
export function elementCount(shape: readonly unknown[], name: string): number {
  let count = 1;
  for (const dim of shape) {
    if (typeof dim !== 'number' || !Number.isSafeInteger(dim) || dim < 0)
      throw new SafetensorsError(`Tensor "${name}" has the impossible shape ${JSON.stringify(shape)}.`);
    count *= dim;
  }
  if (!Number.isSafeInteger(count * 8))
    throw new SafetensorsError(`Tensor "${name}" of shape ${JSON.stringify(shape)} is too large.`);
  return count;
}
