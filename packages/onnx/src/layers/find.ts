import { nearestNames } from '../nearest.js';
import type { Model } from '../types.js';
import type { Layer } from './discover.js';
import { discoverLayers } from './discover.js';

/** No layer has the name that was asked for; `nearest` are the most similar ones. */
export class UnknownLayerError extends Error {
  override readonly name = 'UnknownLayerError';
  readonly layer: string;
  readonly nearest: readonly string[];

  constructor(layer: string, nearest: readonly string[]) {
    super(
      `The model has no layer "${layer}".${nearest.length > 0 ? ` Nearest: ${nearest.join(', ')}.` : ' It has no layers that could be named.'}`,
    );
    this.layer = layer;
    this.nearest = nearest;
  }
}

/**
 * The layer of a name: a short name, an alias, a tensor's name, or the name of the node that makes it. Case does not matter where it is
 * unambiguous.
 *
 * @throws UnknownLayerError offering the nearest names.
 * @example
 * findLayer(model, 'fire8').tensor; // '/fire8/Concat_output_0'
 */
export function findLayer(model: Model, name: string): Layer {
  const layers = discoverLayers(model);
  const tests: ((layer: Layer) => boolean)[] = [
    (l) => l.name === name,
    (l) => l.tensor === name,
    (l) => l.aliases.includes(name),
    (l) => model.graph.nodes[l.nodeIndex]!.name === name || model.graph.nodes[l.nodeIndex]!.outputs.includes(name),
    (l) => [l.name, ...l.aliases].some((n) => n.toLowerCase() === name.toLowerCase()),
  ];
  for (const test of tests) {
    const found = layers.find(test);
    if (found !== undefined) return found;
  }
  throw new UnknownLayerError(
    name,
    nearestNames(
      name,
      layers.map((l) => l.name),
    ),
  );
}

/**
 * `count` layers spread over the depth of the network, for a user who names none: the recommended ones at 40 % of the
 * depth, at the end, and evenly between. Fewer where the network has fewer; a single one is taken at 70 %.
 */
export function suggestLayers(model: Model, count = 3): Layer[] {
  const layers = discoverLayers(model).filter((l) => l.recommended);
  if (layers.length <= count) return layers;
  const fractions = count === 1 ? [0.7] : Array.from({ length: count }, (_, i) => 0.4 + (0.6 * i) / (count - 1));
  const indices = new Set(fractions.map((f) => Math.round(f * (layers.length - 1))));
  return [...indices].flatMap((i) => layers[i] ?? []);
}
