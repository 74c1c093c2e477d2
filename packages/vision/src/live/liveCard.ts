import type { Layer } from '@incognita/onnx';
import type { ClassNames } from '../classes/parseClassNames.js';
import type { LayerLayout } from '../layout/layerLayout.js';
import type { Preprocessing } from '../preprocessing/preprocessing.js';
import type { LiveNetwork } from './liveNetwork.js';

/** A layer as plain data. */
export interface LayerCard extends Pick<LayerLayout, 'tensor' | 'channels' | 'placed'> {
  readonly name: string;
  readonly kind: Layer['kind'];
  readonly layout: Pick<LayerLayout, 'kind' | 'rows' | 'columns' | 'extraTokens'>;
}

/** What a network is, as plain data. */
export interface LiveCard {
  readonly sha256: string;
  readonly parameters: number;
  readonly preprocessing: Preprocessing;
  readonly layers: readonly LayerCard[];
  readonly suggested: string | null;
  /** Null where the network has no class scores. */
  readonly classes: ClassNames | null;
}

/** Describes a network. */
export function liveCard(
  { model, preprocessing, layers, suggested }: LiveNetwork,
  { sha256, classes }: Pick<LiveCard, 'sha256' | 'classes'>,
): LiveCard {
  let parameters = 0;
  for (const { dims } of model.graph.initializers.values()) parameters += dims.reduce((a, b) => a * b, 1);
  const cards = layers.map(({ name, kind, layout }): LayerCard => {
    const { tensor, channels, placed, rows, columns, extraTokens } = layout;
    return { name, kind, tensor, channels, placed, layout: { kind: layout.kind, rows, columns, extraTokens } };
  });
  return { sha256, parameters, preprocessing, layers: cards, suggested, classes };
}
