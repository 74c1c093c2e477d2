import { discoverLayers, type Model, makers as makersOf, type TensorType } from '@incognita/onnx';

/** Which layer's channels the slices of a dot product are: `channel` + i is slice `first` + i. */
export interface SliceSource {
  readonly layer: string;
  readonly channel: number;
  readonly first: number;
  readonly count: number;
}

/** Operators that leave every channel where it is. */
const KEEPING = new Set([
  ...['Relu', 'Clip', 'LeakyRelu', 'Elu', 'Selu', 'Gelu', 'Sigmoid', 'Tanh', 'HardSwish', 'HardSigmoid', 'Identity', 'Dropout'],
  ...['Cast', 'MaxPool', 'AveragePool', 'GlobalAveragePool', 'GlobalMaxPool', 'BatchNormalization', 'ReduceMean', 'LRN', 'Pad'],
  ...['Flatten', 'Reshape', 'Squeeze'],
]);

/**
 * The layers that a tensor's channels come from, through activations, pools and concatenations.
 *
 * @param layers names of the layers that count
 * @returns sources in order of their slices; empty where the channels are the picture's own or cannot be followed
 */
export function sliceSources(
  model: Model,
  types: ReadonlyMap<string, TensorType>,
  tensor: string,
  layers: ReadonlySet<string>,
): SliceSource[] {
  const made = makersOf(model.graph);
  const known = new Map(discoverLayers(model).flatMap((one) => (layers.has(one.name) ? [[one.tensor, one] as const] : [])));
  const follow = (name: string, first: number): SliceSource[] => {
    const layer = known.get(name);
    if (layer !== undefined) return [{ layer: layer.name, channel: 0, first, count: layer.channels ?? 0 }];
    const node = made.get(name);
    if (node === undefined) return [];
    if (KEEPING.has(node.op)) return follow(node.inputs[0]!, first);
    if (node.op !== 'Concat') return [];
    let at = first;
    return node.inputs.flatMap((input) => {
      const found = follow(input, at);
      const width = types.get(input)?.shape?.[1];
      at += typeof width === 'number' ? width : 0;
      return found;
    });
  };
  return follow(tensor, 0);
}
