import { discoverLayers, type Model } from '@incognita/onnx';

/**
 * The layer about halfway between the input and a tensor: where feature accentuation keeps a picture near to itself, so that what it
 * shows stays and what the tensor sees in it may change. The tensor itself where no layer lies before it.
 */
export function layerHalfwayTo(model: Model, tensor: string): string {
  const layers = discoverLayers(model);
  const own = model.graph.nodes.findIndex(({ outputs }) => outputs.includes(tensor));
  const before = layers.filter(({ nodeIndex, kind }) => nodeIndex < own && kind !== 'pool');
  const blocks = before.filter(({ recommended }) => recommended);
  const choice = blocks.length > 0 ? blocks : before;
  return choice[Math.floor((choice.length - 1) / 2)]?.tensor ?? tensor;
}
