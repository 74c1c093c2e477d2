import type { Model } from '@incognita/onnx';

/** Feeds that the graph has; an edit may have cut an input away. */
export function onlyInputs<T>(feeds: Readonly<Record<string, T>>, model: Model): Record<string, T> {
  return Object.fromEntries(model.graph.inputs.flatMap(({ name }) => (feeds[name] === undefined ? [] : [[name, feeds[name]]])));
}
