import type { Model, Tensor } from '@incognita/onnx';
import { mapTensors, tensorsOf } from './externalTensors.js';

/** Integer tensors up to this many bytes are read: larger ones are weights or tables, not shapes. */
const LARGEST_BYTES = 4096;

/** Reads a byte range of the data file at a location; undefined where the file is not known. */
export type ReadRange = (location: string, offset: number, length: number) => Promise<Uint8Array | undefined>;

/**
 * Takes small integer tensors out of external data files into the model. Some exporters put even shapes there, and neither shape
 * inference nor ONNX Runtime ("Cannot parse data from external tensors") reads them there.
 */
export async function inlineIntegers(model: Model, readRange: ReadRange): Promise<Model> {
  const read = new Map<Tensor, Tensor>();
  for (const tensor of tensorsOf(model.graph)) {
    const { data } = tensor;
    if (data.kind !== 'external' || data.length > LARGEST_BYTES) continue;
    if (tensor.dtype !== 'int64' && tensor.dtype !== 'int32') continue;
    const bytes = await readRange(data.location, data.offset, data.length);
    if (bytes !== undefined) read.set(tensor, { ...tensor, data: { kind: 'inline', bytes } });
  }
  return read.size === 0 ? model : mapTensors(model, (tensor) => read.get(tensor) ?? tensor);
}
