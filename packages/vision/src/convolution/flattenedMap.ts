import { type Model, makers as makersOf, type TensorType } from '@incognita/onnx';

const RESHAPING = new Set(['Flatten', 'Reshape', 'Squeeze', 'Identity', 'Dropout', 'Cast', 'Relu']);
const OVER_MAPS = new Set(['Conv', 'MaxPool', 'AveragePool', 'GlobalAveragePool', 'GlobalMaxPool', 'Relu', 'BatchNormalization']);

/** The map [channels, rows, columns] that a vector was before it was flattened; null where it was none. */
export function flattenedMap(
  model: Model,
  types: ReadonlyMap<string, TensorType>,
  tensor: string,
): readonly [channels: number, rows: number, columns: number] | null {
  const made = makersOf(model.graph);
  let name = tensor;
  for (let node = made.get(name); node !== undefined; node = made.get(name)) {
    const shape = types.get(name)?.shape;
    if (shape?.length === 4 && OVER_MAPS.has(node.op)) return shape.slice(1).map(Number) as [number, number, number];
    if (!RESHAPING.has(node.op)) return null;
    name = node.inputs[0]!;
  }
  return null;
}
