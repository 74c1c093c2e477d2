import { discoverLayers, type Layer, type Model } from '@incognita/onnx';

/** A unit of a classifier whose picture is worth watching while it learns. */
export interface WatchedUnit {
  /** `channel`: of the last layer that has positions. `class`: of the scores. */
  readonly kind: 'channel' | 'class';
  readonly index: number;
}

/** The last layer of a classifier that is a map over the picture: null where it has none. */
export function lastMap(model: Model): Layer | null {
  return discoverLayers(model).findLast(({ kind, shape }) => (kind === 'conv' || kind === 'block') && shape.length === 4) ?? null;
}

/**
 * Units spread evenly over the last convolution's channels and over the classes, half and half; only classes where there is no convolution.
 *
 * @example watchedUnits(model, { classes: 10, count: 8 }); // 4 channels, then 4 classes
 */
export function watchedUnits(model: Model, { classes, count }: { classes: number; count: number }): WatchedUnit[] {
  const channels = lastMap(model)?.channels ?? 0;
  const ofChannels = Math.min(channels, Math.ceil(count / 2));
  return [...spread('channel', channels, ofChannels), ...spread('class', classes, Math.min(classes, count - ofChannels))];
}

function spread(kind: WatchedUnit['kind'], total: number, count: number): WatchedUnit[] {
  return Array.from({ length: count }, (_, i) => ({ kind, index: Math.floor((i * total) / count) }));
}
