import { type Model, suggestLayers } from '@incognita/onnx';

/** Names of `count` layers spread over the depth of the network, for a user who names none. Default three. */
export function chooseLayers(model: Model, count = 3): string[] {
  return suggestLayers(model, count).map(({ name }) => name);
}
