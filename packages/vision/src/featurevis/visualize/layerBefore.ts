import { discoverLayers, type Model } from '@incognita/onnx';

/**
 * A layer before a tensor, by its share of the way from the input: at the half, where feature accentuation keeps a picture near to itself, so that
 * what it shows stays and what the tensor sees in it may change; at 1 the last with positions, where Grad-CAM looks. The tensor itself where no
 * layer lies before it.
 */
export function layerBefore(model: Model, tensor: string, share = 0.5): string {
  const layers = discoverLayers(model);
  const own = model.graph.nodes.findIndex(({ outputs }) => outputs.includes(tensor));
  const before = layers.filter(({ nodeIndex, kind, shape }) => nodeIndex < own && kind !== 'pool' && shape.length > 2);
  const blocks = before.filter(({ recommended, kind }) => recommended || kind === 'block');
  const choice = blocks.length > 0 ? blocks : before;
  return choice[Math.floor(share * (choice.length - 1))]?.tensor ?? tensor;
}
