import { open } from 'node:fs/promises';
import type { Model, Tensor } from '@incognita/onnx';
import { mapTensors, tensorsOf } from './externalTensors.js';

/** Integer tensors up to this many bytes are read: larger ones are weights or tables, not shapes. */
const LARGEST_BYTES = 4096;

/**
 * Takes small integer tensors out of external data files into the model. Some exporters put even shapes there, and neither shape
 * inference nor ONNX Runtime ("Cannot parse data from external tensors") reads them there.
 *
 * @param files real paths by location.
 */
export async function inlineIntegers(model: Model, files: ReadonlyMap<string, string>): Promise<Model> {
  const read = new Map<Tensor, Tensor>();
  for (const tensor of tensorsOf(model.graph)) {
    const { data } = tensor;
    if (data.kind !== 'external' || data.length > LARGEST_BYTES) continue;
    if (tensor.dtype !== 'int64' && tensor.dtype !== 'int32') continue;
    const file = files.get(data.location);
    if (file === undefined) continue;
    read.set(tensor, { ...tensor, data: { kind: 'inline', bytes: await readRange(file, data.offset, data.length) } });
  }
  return read.size === 0 ? model : mapTensors(model, (tensor) => read.get(tensor) ?? tensor);
}

async function readRange(file: string, offset: number, length: number): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await handle.read(bytes, 0, length, offset);
    if (bytesRead < length) {
      throw new Error(`${file} is too short: a tensor needs bytes ${offset} to ${offset + length}; download the file again`);
    }
    return bytes;
  } finally {
    await handle.close();
  }
}
