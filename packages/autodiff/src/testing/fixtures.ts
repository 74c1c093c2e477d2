import type { Model } from '@incognita/onnx';
import { fixture, readModel, sharedFile } from './run.js';
import type { Values } from './values.js';

/** Small networks with random weights that both exporters of PyTorch wrote; those of the first list are in this package. */
export const committed = ['resnet', 'alexnet_like', 'densenet'];
export const shared = ['convnext', 'vit', 'mixer', 'swin', 'mobilenet_v3', 'efficientnet', 'shufflenet'];
export const language = ['gpt2', 'llama', 'neox', 'qwen3'];
export const exporters = ['dynamo', 'torchscript'];

/** Path of a file of an exported network, or null where it is absent. */
export function exportedFile(name: string, exporter: string, extension: 'onnx' | 'safetensors'): string | null {
  const file = `${name}.${exporter}.${extension}`;
  return committed.includes(name) ? fixture(file) : sharedFile(`models/exported/${file}`);
}

/** An exported network whose file is there. */
export function exportedModel(name: string, exporter: string): Model {
  return readModel(exportedFile(name, exporter, 'onnx')!);
}

/** The tensor of a language model's embeddings and how long they are: what the first Gather takes from a table of the vocabulary. */
export function embeddingsOf(model: Model): { readonly tensor: string; readonly width: number } {
  const { nodes, initializers, outputs } = model.graph;
  const vocabulary = outputs[0]!.type!.shape!.at(-1);
  for (const node of nodes) {
    const dims = node.op === 'Gather' ? initializers.get(node.inputs[0]!)?.dims : undefined;
    if (dims?.length === 2 && dims[0] === vocabulary) return { tensor: node.outputs[0]!, width: dims[1]! };
  }
  throw new Error(`No Gather takes rows of a table of ${vocabulary} embeddings.`);
}

/** Token numbers below `vocabulary` that differ from place to place. */
export function tokenIds(dims: readonly [number, number], vocabulary = 97): Values {
  const data = BigInt64Array.from({ length: dims[0] * dims[1] }, (_, i) => BigInt((i * 31 + 7) % vocabulary));
  return { data, dims };
}
