import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Model, Tensor } from '@incognita/onnx';
import type { ModelSource } from '@incognita/runtime';
import { UsageError } from './errors.js';

/** A protobuf file cannot be larger. */
const LARGEST_BYTES = 2 ** 31 - 1;

/** An edit of a model with the weights that it keeps in data files read into it. */
export async function withWeightsInside(source: ModelSource, edited: Model): Promise<Model> {
  const { graph } = edited;
  const total = [...graph.initializers.values()].reduce((sum, { data }) => sum + sizeOf(data), 0);
  if (total > LARGEST_BYTES)
    throw new UsageError(`its weights take ${(total / 2 ** 30).toFixed(1)} GiB, more than fits one ONNX file: use --external`);
  const initializers = new Map<string, Tensor>();
  for (const [name, tensor] of graph.initializers) initializers.set(name, await inline(tensor, source.folder ?? '.'));
  return { ...edited, graph: { ...graph, initializers } };
}

function sizeOf(data: Tensor['data']): number {
  if (data.kind === 'external') return data.length;
  return data.kind === 'inline' ? data.bytes.length : 0;
}

async function inline(tensor: Tensor, folder: string): Promise<Tensor> {
  const { data } = tensor;
  if (data.kind !== 'external') return tensor;
  const path = join(folder, data.location);
  const file = await open(path).catch((error: Error) => {
    throw new UsageError(`cannot read ${path}: ${error.message}`);
  });
  try {
    const bytes = new Uint8Array(data.length);
    const { bytesRead } = await file.read(bytes, 0, data.length, data.offset);
    if (bytesRead < data.length) throw new UsageError(`${path} ends before the weights that the model has there`);
    return { ...tensor, data: { kind: 'inline', bytes } };
  } finally {
    await file.close();
  }
}
