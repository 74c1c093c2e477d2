import { readFile } from 'node:fs/promises';
import type { Tensor, TypedArray } from '@incognita/runtime';
import { decodeSafetensors, encodeSafetensors, type SafetensorsInput, type SafetensorsTensor } from '@incognita/workspace';
import { UsageError } from './errors.js';
import { writeOutput } from './output.js';

/** safetensors' element types by the runtime's. */
const TYPES = {
  float32: 'F32',
  float64: 'F64',
  float16: 'F16',
  int8: 'I8',
  uint8: 'U8',
  int16: 'I16',
  uint16: 'U16',
  int32: 'I32',
  uint32: 'U32',
  int64: 'I64',
  uint64: 'U64',
  bool: 'BOOL',
} as const satisfies Record<Tensor['dtype'], SafetensorsInput['dtype']>;

/**
 * Reads the tensors of a safetensors file, as feeds for a model. Half-precision tensors become float32.
 *
 * @throws UsageError when the file is missing or no safetensors file
 */
export async function readTensorFile(path: string): Promise<Record<string, Tensor>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
  try {
    const { tensors } = decodeSafetensors(bytes);
    return Object.fromEntries([...tensors].map(([name, value]) => [name, toTensor(value)]));
  } catch (error) {
    throw new UsageError(`${path} is not a safetensors file that can be read: ${(error as Error).message}`);
  }
}

/** Writes tensors as a safetensors file, in one step. */
export async function writeTensorFile(path: string, tensors: Readonly<Record<string, Tensor>>): Promise<void> {
  const entries = Object.entries(tensors).map(
    ([name, { dtype, dims, data }]) => [name, { dtype: TYPES[dtype], shape: dims, data }] as const,
  );
  await writeOutput(path, encodeSafetensors(Object.fromEntries(entries)));
}

function toTensor({ dtype, shape, data }: SafetensorsTensor): Tensor {
  if (dtype === 'F16' || dtype === 'BF16') return { dtype: 'float32', dims: shape, data };
  const name = (Object.keys(TYPES) as Tensor['dtype'][]).find((key) => TYPES[key] === dtype)!;
  return { dtype: name, dims: shape, data: data as TypedArray };
}
