import type { LayerLayout } from '../layout/layerLayout.js';
import type { Attribution } from './attributionGraphs.js';

/** What a method says of the positions of a layer. */
export interface PositionAttribution {
  readonly score: number;
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns]. */
  readonly map: Float32Array;
  /** [channels]: the same by channel. */
  readonly channels: Float32Array;
}

/**
 * Grad-CAM: channels of a layer weighted by their mean gradient, the positive part of their sum. Source: Selvaraju et al., "Grad-CAM", ICCV 2017, equations
 * 1 and 2.
 */
export async function gradCam(attribution: Attribution, picture: Float32Array, layer: string): Promise<PositionAttribution> {
  const { scores, values, kept } = await attribution.pullBack(picture, { wrt: layer, keep: [layer] });
  const layout = attribution.layout(layer);
  const { channels, rows, columns } = layout;
  const positions = rows * columns;
  const map = new Float32Array(positions);
  const weights = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < positions; p++) weights[c]! += values[indexOf(layout, c, p)]! / positions;
    for (let p = 0; p < positions; p++) map[p]! += weights[c]! * kept[layer]![indexOf(layout, c, p)]!;
  }
  return { score: scores[0]!, rows, columns, map: map.map((value) => Math.max(0, value)), channels: weights };
}

/**
 * Activation times gradient at every position and for every channel of a layer: to first order, what each contributes to the unit. Source: Olah et al., "The
 * building blocks of interpretability", Distill 2018 (spatial and channel attribution).
 */
export async function activationTimesGradient(
  attribution: Attribution,
  picture: Float32Array,
  layer: string,
): Promise<PositionAttribution> {
  const { scores, values, kept } = await attribution.pullBack(picture, { wrt: layer, keep: [layer] });
  const layout = attribution.layout(layer);
  const map = new Float32Array(layout.rows * layout.columns);
  const channels = new Float32Array(layout.channels);
  for (let c = 0; c < layout.channels; c++)
    for (let p = 0; p < map.length; p++) {
      const at = indexOf(layout, c, p);
      const effect = values[at]! * kept[layer]![at]!;
      map[p]! += effect;
      channels[c]! += effect;
    }
  return { score: scores[0]!, rows: layout.rows, columns: layout.columns, map, channels };
}

/** Where channel c at position p of the picture lies in a layer's tensor. */
export function indexOf(layout: LayerLayout, c: number, p: number): number {
  const { order, channels, rows, columns, extraTokens, heads } = layout;
  if (order === 'nchw') return c * rows * columns + p;
  if (order === 'nhtd') {
    const width = channels / heads;
    return (Math.floor(c / width) * (extraTokens + rows * columns) + extraTokens + p) * width + (c % width);
  }
  return (extraTokens + p) * channels + c;
}
