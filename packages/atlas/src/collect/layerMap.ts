/** How a layer's tensor holds its activations: strides in numbers within one picture. */
export interface LayerMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly channelStride: number;
  readonly positionStride: number;
}

/**
 * Reads the shape of a layer's output for one picture, [1, …]: [1, c, h, w], [1, h, w, c] (when its last size is the layer's number
 * of channels and its second is not), or [1, c].
 *
 * @throws RangeError for any other shape.
 */
export function layerMap(layer: string, dims: readonly number[], channels: number | null): LayerMap {
  const [, a, b, c] = dims;
  if (dims.length === 2) return { channels: a!, height: 1, width: 1, channelStride: 1, positionStride: a! };
  if (dims.length !== 4) {
    throw new RangeError(
      `The layer "${layer}" gives [${dims.join(', ')}]; an atlas needs [n, channels, height, width] or [n, channels].`,
    );
  }
  if (channels !== null && c === channels && a !== channels) {
    return { channels: c!, height: a!, width: b!, channelStride: 1, positionStride: c! };
  }
  return { channels: a!, height: b!, width: c!, channelStride: b! * c!, positionStride: 1 };
}

/** Copies the activation at a position (row · width + column) of picture `index` of a batch into `target` at `offset`. */
export function copyActivation(
  map: LayerMap,
  batch: Float32Array,
  place: { readonly index: number; readonly position: number },
  target: Float32Array,
  offset: number,
): void {
  const start = place.index * map.channels * map.height * map.width + place.position * map.positionStride;
  for (let c = 0; c < map.channels; c++) target[offset + c] = batch[start + c * map.channelStride]!;
}
